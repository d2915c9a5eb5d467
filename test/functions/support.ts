import { probeFunctions } from '../../src/access/functions.ts';
import type { AccessSpec, Calls, FunctionSpec, Persona, WorldRow } from '../../src/access/model.ts';
import { plantWorld } from '../../src/access/seed.ts';
import { readSubject } from '../../src/access/subject.ts';
import { rolledBack } from '../../src/database/connect.ts';
import { type FunctionsProof, proveFunctions } from '../../src/functions/prove.ts';
import { renderFunctionsPage } from '../../src/functions/render.ts';
import type { EffectsSpec } from '../../src/functions/settings.ts';
import { freshDatabase, type TestDatabase } from '../support/databases.ts';
import { freshRole } from '../support/roles.ts';

/** A database with a role, in which schema after schema is made and its functions are called. */
export interface Caller {
  readonly database: TestDatabase;
  readonly role: string;
  readonly personas: readonly Persona[];
  /**
   * Makes schema `app` with the tables people and notes, runs `sql` in it, and calls its functions as ann and bob, who may
   * do with their own notes what `NOTES` says.
   */
  prove(sql: string, declared?: Declarations): Promise<Seen>;
  drop(): Promise<void>;
}

export interface Declarations {
  readonly world?: readonly WorldRow[];
  readonly access?: AccessSpec;
  readonly functions?: FunctionSpec;
  readonly calls?: Calls;
  readonly effects?: EffectsSpec;
}

export interface Seen extends FunctionsProof {
  /** Each deviation as `where: seen`. */
  readonly deviations: readonly string[];
  /** Each thing that was not evaluated as `where: why`. */
  readonly notEvaluated: readonly string[];
  readonly text: string;
}

export const ids = {
  ann: '00000000-0000-4000-8000-00000000000a',
  bob: '00000000-0000-4000-8000-00000000000b',
  annsNote: '00000000-0000-4000-8000-0000000000a1',
  bobsNote: '00000000-0000-4000-8000-0000000000b1',
} as const;

/** A note of ann's and one of bob's. */
const WORLD: readonly WorldRow[] = [
  { table: 'app.people', values: { id: ids.ann } },
  { table: 'app.people', values: { id: ids.bob } },
  {
    table: 'app.notes',
    row: "ann's",
    values: { id: ids.annsNote, person_id: ids.ann, body: 'a note' },
    insert: { person_id: ids.ann, body: 'new' },
    update: { body: 'other' },
  },
  { table: 'app.notes', values: { id: ids.bobsNote, person_id: ids.bob, body: 'b note' } },
];

const NOTES: AccessSpec = {
  'app.people': { any: { ann: '—', bob: '—' } },
  'app.notes': { "ann's": { ann: 'S', bob: '—' } },
};

const SCHEMA = (role: string): string => `
  drop schema if exists app, other cascade; create schema app; grant usage on schema app to ${role};
  alter default privileges in schema app grant execute on functions to ${role};
  create function app.me() returns uuid language sql stable as $$ select nullif(pg_catalog.current_setting('test.me', true), '')::uuid $$;
  create table app.people (id uuid primary key);
  create table app.notes (
    id uuid primary key default gen_random_uuid(),
    person_id uuid not null references app.people on delete cascade,
    body text not null,
    done boolean not null default false
  );
  alter table app.people enable row level security;
  alter table app.notes enable row level security;
  grant select on app.notes to ${role};
  create policy own on app.notes for select to ${role} using (person_id = (select app.me()));`;

export async function makeCaller(): Promise<Caller> {
  const database = await freshDatabase();
  const { name: role, drop } = await freshRole();
  const personas: Persona[] = (['ann', 'bob'] as const).map((name) => ({
    name,
    role,
    settings: { 'test.me': ids[name] },
  }));
  return {
    database,
    role,
    personas,
    async prove(sql, { world = [], access = {}, functions = {}, calls = {}, effects = {} } = {}) {
      const { client } = database;
      await client.query(SCHEMA(role) + sql.replaceAll('$role', role));
      const rows = [...WORLD, ...world];
      const subject = await readSubject(client, ['app'], rows);
      const cells = await rolledBack(client, async () => {
        await plantWorld(client, rows);
        return probeFunctions(client, subject.functions, calls, personas);
      });
      const settings = { proven: ['app'], world: rows, access: { ...NOTES, ...access }, functions, calls, effects };
      const proof = await proveFunctions(client, subject, personas, settings, cells);
      return {
        ...proof,
        deviations: proof.findings.deviations
          .map(({ where, expected, seen }) => `${where}: ${expected}: ${seen}`)
          .sort(),
        notEvaluated: proof.findings.notEvaluated.map(({ where, why }) => `${where}: ${why}`).sort(),
        text: renderFunctionsPage(proof.page),
      };
    },
    async drop() {
      await database.drop();
      await drop();
    },
  };
}
