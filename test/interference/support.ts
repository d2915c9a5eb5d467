import type { AccessSpec, WorldRow } from '../../src/access/model.ts';
import { readSubject } from '../../src/access/subject.ts';
import { interferenceFindings } from '../../src/interference/findings.ts';
import { type Interference, observeWorlds } from '../../src/interference/observe.ts';
import type { Dependencies } from '../../src/interference/settings.ts';
import type { Findings } from '../../src/report/deviation.ts';
import { freshDatabase } from '../support/databases.ts';
import { freshRole } from '../support/roles.ts';

/** The ids of the personas ann and bob, in the setting test.me. */
export const ann = '00000000-0000-4000-8000-0000000000a1';
export const bob = '00000000-0000-4000-8000-0000000000b2';

/** A database with a role, in which schema after schema is made and asked about. */
export interface OtherWorlds {
  /** Runs `sql` in a schema app of users and notes, and asks ann and bob everything in the base world and in others. */
  look(
    sql: string,
    more?: { readonly dependencies?: Dependencies; readonly world?: readonly WorldRow[] },
  ): Promise<Seen>;
  drop(): Promise<void>;
}

export interface Seen extends Interference {
  readonly findings: Findings;
  /** Who and what depends on which tables, a line each. */
  readonly leaks: readonly string[];
}

/** Users who see themselves, and notes that their owners see; app.me() is the id of who asks. */
const SCHEMA = `
  drop schema if exists app cascade; create schema app; grant usage on schema app to $role;
  create function app.me() returns uuid language sql stable
  as $$ select nullif(pg_catalog.current_setting('test.me', true), '')::uuid $$;
  create table app.users (id uuid primary key, email text not null unique);
  create table app.notes (
    id uuid primary key, user_id uuid not null references app.users, title text, words integer not null default 1,
    secret boolean not null default false, created_at timestamptz not null default now()
  );
  alter table app.users enable row level security;
  alter table app.notes enable row level security;
  create policy own on app.users for select to $role using (id = app.me());
  create policy own on app.notes for select to $role using (user_id = app.me());
  grant select on app.users, app.notes to $role;`;

const id = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

const WORLD: readonly WorldRow[] = [
  { table: 'app.users', values: { id: ann, email: 'ann@example.com' }, row: "ann's" },
  { table: 'app.users', values: { id: bob, email: 'bob@example.com' } },
  {
    table: 'app.notes',
    values: { id: id(1), user_id: ann, title: 'A note' },
    row: "ann's",
    insert: { id: id(9), user_id: bob, title: 'A new one' },
    update: { title: 'Changed' },
  },
  { table: 'app.notes', values: { id: id(2), user_id: ann, title: 'Another' } },
];

const ACCESS: AccessSpec = {
  'app.users': { "ann's": { ann: 'S', bob: '—' } },
  'app.notes': { "ann's": { ann: 'S', bob: '—' } },
};

export async function makeOtherWorlds(): Promise<OtherWorlds> {
  const database = await freshDatabase();
  const { name: role, drop } = await freshRole();
  const persona = (me: string) => ({ role, settings: { 'test.me': me } });
  return {
    async look(sql, { dependencies = [], world = [] } = {}) {
      await database.client.query(`${SCHEMA}\n${sql}`.replaceAll('$role', role));
      const rows = [...WORLD, ...world];
      const subject = await readSubject(database.client, ['app'], rows);
      const seen = await observeWorlds(database.client, subject, {
        personas: { ann: persona(ann), bob: persona(bob) },
        access: ACCESS,
        world: rows,
        dependencies,
      });
      const leaks = seen.found.map(
        ({ caller, base, tables }) =>
          `${seen.callers[caller]?.kind === 'persona' ? seen.callers[caller]?.name : 'nobody'} · ${seen.questions[base.question]?.of} · ${tables.join(', ')}`,
      );
      return { ...seen, leaks: [...new Set(leaks)].sort(), findings: interferenceFindings(seen) };
    },
    async drop() {
      await database.drop();
      await drop();
    },
  };
}
