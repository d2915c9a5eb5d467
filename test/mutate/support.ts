import pg from 'pg';
import { personasOf } from '../../src/access/personas.ts';
import type { AccessSettings } from '../../src/access/settings.ts';
import { readSubject } from '../../src/access/subject.ts';
import type { MutantCache } from '../../src/mutate/cache.ts';
import { readDependents } from '../../src/mutate/dependents.ts';
import type { Mutant } from '../../src/mutate/mutant.ts';
import type { MutantProbe } from '../../src/mutate/probe.ts';
import { accessProbes } from '../../src/mutate/probes/access.ts';
import type { JudgedMutant, MutantResult } from '../../src/mutate/result.ts';
import { baselineFindings, planAll, readBaseline, runMutants } from '../../src/mutate/run.ts';
import { openSession, type Session } from '../../src/mutate/session.ts';
import type { Findings } from '../../src/report/deviation.ts';
import { freshDatabase } from '../support/databases.ts';
import { freshRole } from '../support/roles.ts';

export interface SmallProject {
  readonly settings: AccessSettings;
  readonly role: string;
  readonly session: Session;
  readonly client: pg.Client;
  /** Tries mutants, with the probes of access unless others are given. */
  run(mutants: readonly Mutant[], probes?: readonly MutantProbe[], cache?: MutantCache): Promise<Run>;
  drop(): Promise<void>;
}

export interface Run {
  readonly baseline: Findings;
  readonly results: readonly MutantResult[];
}

/** Two people, each with a note that only its owner may see, change and delete; and a function that says how many there are. */
export async function smallProject(more = ''): Promise<SmallProject> {
  const database = await freshDatabase();
  const { name: role, drop } = await freshRole();
  await database.client.query(`
    create schema app;
    grant usage on schema app to ${role};
    create table app.notes (id int primary key, owner text not null, text text not null check (length(text) < 100));
    alter table app.notes enable row level security;
    grant select, update, delete on app.notes to ${role};
    create function app.me() returns text language sql stable as $$ select current_setting('test.me', true) $$;
    create policy own on app.notes to ${role} using (owner = (select app.me()));
    create function app.count_notes() returns bigint language sql stable as $$ select count(*) from app.notes $$;
    create function app.unused() returns int language sql immutable as $$ select 1 $$;
    create view app.titles with (security_invoker) as select id, text from app.notes;
    revoke execute on all functions in schema app from public;
    grant execute on function app.me(), app.count_notes() to ${role};
    ${more}`);
  const note = (id: number, owner: string) => ({
    table: 'app.notes',
    row: `${owner}'s`,
    values: { id, owner, text: 'hello' },
    insert: { id: id + 10, owner, text: 'new' },
    update: { text: 'changed' },
  });
  const settings: AccessSettings = {
    proven: ['app'],
    personas: {
      ann: { role, settings: { 'test.me': 'ann' } },
      bob: { role, settings: { 'test.me': 'bob' } },
    },
    access: {
      'app.notes': { "ann's": { ann: 'S U D', bob: '—' }, "bob's": { ann: '—', bob: 'S U D' } },
      'app.titles': {},
    },
    functions: { 'app.me': 'ann, bob', 'app.count_notes': 'ann, bob', 'app.unused': '—' },
    world: [note(1, 'ann'), note(2, 'bob')],
  };
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const subject = await readSubject(client, settings.proven, settings.world);
  const session = openSession(client, subject, personasOf(settings), settings.world);
  return {
    settings,
    role,
    session,
    client,
    async run(mutants, probes = accessProbes(settings), cache = noCache()) {
      const plans = planAll(mutants, probes, await readDependents(client, subject.catalog), cache);
      const baseline = await readBaseline([session], plans);
      const judged: JudgedMutant[] = [];
      const tell = (one: JudgedMutant): number => judged.push(one);
      await runMutants([session], { plans, baseline, cache, changesServer: () => false, tell });
      return { baseline: baselineFindings(baseline), results: judged.map(({ result }) => result) };
    },
    async drop() {
      await session.close();
      await client.end();
      await database.drop();
      await drop();
    },
  };
}

export const noCache = (): MutantCache => ({ get: () => undefined, put: () => {} });

/** A mutant of which only some fields matter. */
export const mutant = (given: Partial<Mutant> & Pick<Mutant, 'sql'>): Mutant => ({
  id: given.sql,
  operator: 'any',
  object: 'app.notes',
  what: given.sql,
  concerns: ['app.notes'],
  kind: 'access',
  ...given,
});

/** A result of which only some fields matter. */
export const result = (given: Partial<MutantResult> & Pick<MutantResult, 'id' | 'outcome'>): MutantResult => ({
  looked: [],
  notEvaluated: [],
  took: 1,
  ...given,
});
