import type pg from 'pg';
import type { Persona } from '../../access/model.ts';
import { askerSql, SCRATCH } from '../../access/sets/scratch.ts';

/** Sorts after every name that people give a trigger, so that it sees what the others made of the row. */
const TRIGGER = '"~rolecall"';

/**
 * `effects`: every row that was written, with what was before and after, in the order of writing. `note_effect()`, an AFTER
 * trigger on each table, notes them with its owner's rights, whoever writes and through whatever.
 *
 * `wrote()`: runs statements as callers, each in a subtransaction that is rolled back, deferred constraints checked at its
 * end, and gives what came of each, with its effects.
 */
const SETUP = `
create table ${SCRATCH}.effects (id bigint generated always as identity, effect jsonb not null);
grant select on ${SCRATCH}.effects to public;

create function ${SCRATCH}.note_effect() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $note$
begin
  insert into ${SCRATCH}.effects (effect)
  values (jsonb_build_array(tg_table_schema || '.' || tg_table_name, lower(tg_op), to_jsonb(old), to_jsonb(new)));
  return null;
end
$note$;

${askerSql(
  'wrote',
  { rows: 'text[]', effects: 'jsonb' },
  `execute asked.given ->> 'sql' into rows;
          set constraints all immediate;
          effects := (select jsonb_agg(e.effect order by e.id) from ${SCRATCH}.effects e);`,
)}

do $triggers$
declare
  relation regclass;
begin
  for relation in
    select c.oid from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p') and not c.relispartition and n.nspname not in ('${SCRATCH}', 'pg_catalog', 'information_schema')
       and n.nspname not like 'pg\\_toast%' and n.nspname not like 'pg\\_temp%'
       and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
  loop
    begin
      execute format('create trigger ${TRIGGER} after insert or update or delete on %s for each row execute function ${SCRATCH}.note_effect()', relation);
    exception when insufficient_privilege then null;
    end;
  end loop;
end
$triggers$`;

/** Has every write noted until the end of the transaction. The scratch schema (access/sets) is to be there. */
export async function noteEffects(client: pg.Client): Promise<void> {
  await client.query(SETUP);
}

/** The outcome of a write: the rows that it gives and those that it wrote, or the error. */
export type Written =
  | { readonly rows: readonly string[]; readonly effects: readonly unknown[] }
  | { readonly state: string; readonly message: string };

/** Runs statements as each persona, and undoes each. @returns of each persona, what came of them, in their order */
export async function writeSql(
  client: pg.Client,
  personas: readonly Persona[],
  statements: readonly string[],
): Promise<Written[][]> {
  if (statements.length === 0) return personas.map(() => []);
  const { rows } = await client.query<{
    caller: number;
    question: number;
    rows: string[] | null;
    effects: unknown[] | null;
    state: string | null;
    message: string | null;
  }>(`select * from ${SCRATCH}.wrote($1, $2)`, [
    JSON.stringify(personas.map(({ role, settings }) => ({ role, settings }))),
    JSON.stringify(statements.map((sql) => ({ sql }))),
  ]);
  return personas.map((_, index) =>
    rows
      .filter(({ caller }) => caller === index + 1)
      .sort((a, b) => a.question - b.question)
      .map(({ rows: given, effects, state, message }) =>
        state === null ? { rows: given ?? [], effects: effects ?? [] } : { state, message: message ?? '' },
      ),
  );
}

/** SQL of the effects so far, as whoever asks, once nothing of them is deferred any more. */
export const EFFECTS_SO_FAR = `set constraints all immediate; select jsonb_agg(effect order by id) as effects from ${SCRATCH}.effects`;
