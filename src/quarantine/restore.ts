import type pg from 'pg';
import { setAsideIn } from '../accounting/quarantine.ts';
import type { Quarantine } from '../accounting/settings.ts';
import { type Choice, type Restored, RestoreError, type Restoring, type SetAside } from './restoring.ts';
import type { Sections } from './sections.ts';

/**
 * Puts rows that were set aside back where they belong, those whose parents are there by now, and with them the rows that
 * waited for them. All of it in one transaction; a row that is put back keeps its line in quarantine, with the time.
 * @param keep whether what was done stays; without it, only what would be done is told
 * @throws RestoreError when there is no quarantine, or somebody else's tables are in the way
 */
export async function restoreQuarantined(
  client: pg.Client,
  quarantine: Quarantine,
  restoring: Restoring,
  sections: Sections,
  choice: Choice,
  keep: boolean,
): Promise<Restored> {
  const work = { client, quarantine, restoring, sections };
  await client.query('begin');
  try {
    await open(work);
    const waiting = await read<SetAside>(client, `${waitingOf(quarantine)} order by 1, 2`);
    const chosen = waiting.filter((row) => isChosen(row, choice));
    // Others are taken along when they wait for the chosen ones, and not when they could be put back without them.
    const others = waiting.filter((row) => !isChosen(row, choice));
    const independent = others.length > 0 ? await tried(work, others) : new Set<string>();
    const ids = waiting.filter((row) => !independent.has(keyOf(row)));
    await run(work, ids);
    const still = new Map((await read<SetAside>(client, waitingOf(quarantine))).map((row) => [keyOf(row), row]));
    await client.query(`drop schema ${quoted(restoring.through)} cascade`);
    await client.query(keep ? 'commit' : 'rollback');
    return {
      restored: ids.filter((row) => !still.has(keyOf(row))),
      left: chosen.flatMap((row) => still.get(keyOf(row)) ?? []),
    };
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}

interface Work {
  readonly client: pg.Client;
  readonly quarantine: Quarantine;
  readonly restoring: Restoring;
  readonly sections: Sections;
}

/** Nobody else restores or sets aside meanwhile. */
async function open({ client, quarantine: { relation }, restoring }: Work): Promise<void> {
  const [there] = await read<{ relation: boolean; schema: boolean }>(
    client,
    'select to_regclass($1) is not null as relation, to_regnamespace($2) is not null as schema',
    [relation, restoring.through],
  );
  if (!there?.relation) throw new RestoreError(`There is no ${relation} here. Run \`rolecall migrate\` first.`);
  if (there.schema) throw new RestoreError(`Schema ${restoring.through} is in the way. Rename it, and try again.`);
  await client.query(`lock table ${relation} in share row exclusive mode`);
  await client.query(`create schema ${quoted(restoring.through)}`);
  for (const { source, columns } of await read<{ source: string; columns: string }>(client, restoring.definitions))
    await client.query(`create table ${standIn(restoring, source)} (${columns})`);
}

/** Which of these rows would be put back if there were no others; nothing is changed. */
async function tried(work: Work, rows: readonly SetAside[]): Promise<ReadonlySet<string>> {
  await work.client.query('savepoint trial');
  await run(work, rows);
  const still = new Set((await read<SetAside>(work.client, waitingOf(work.quarantine))).map(keyOf));
  await work.client.query('rollback to savepoint trial');
  return new Set(rows.map(keyOf).filter((key) => !still.has(key)));
}

/** Runs the sections over these rows. */
async function run({ client, quarantine, restoring, sections }: Work, rows: readonly SetAside[]): Promise<void> {
  for (const source of new Set(rows.map((row) => row.source))) {
    const table = standIn(restoring, source);
    await client.query(
      `insert into ${table}
       select whole.* from ${setAsideIn(quarantine)} q cross join lateral jsonb_populate_record(null::${table}, q.row_data) whole
       where q.source_table = $1 and q.source_id::text = any ($2)`,
      [source, rows.filter((row) => row.source === source).map(({ id }) => id)],
    );
  }
  for (const text of [sections.before, ...sections.carry, sections.after]) await client.query(text);
}

const waitingOf = (quarantine: Quarantine): string =>
  `select q.source_table as source, q.source_id::text as id, q.reason from ${setAsideIn(quarantine)} q`;

const keyOf = ({ source, id }: SetAside): string => `${source} ${id}`;

function isChosen({ source, reason }: SetAside, choice: Choice): boolean {
  const table = choice.table === undefined || source === choice.table || source.endsWith(`.${choice.table}`);
  return table && (choice.reason === undefined || reason === choice.reason);
}

const standIn = ({ through }: Restoring, source: string): string =>
  `${quoted(through)}.${quoted(source.slice(source.indexOf('.') + 1))}`;

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

async function read<T>(client: pg.Client, text: string, values: readonly unknown[] = []): Promise<T[]> {
  return (await client.query(text, [...values])).rows as T[];
}
