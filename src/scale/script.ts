import type { Table } from '../catalog/table.ts';
import { quoteLiteral } from '../sql/quote.ts';
import type { CitusCheck } from './check.ts';
import type { Place } from './distribution.ts';

/**
 * The statements that change keys, foreign keys, policies and triggers: plain PostgreSQL, for any server. Foreign keys
 * are dropped before the keys that they reference, and added after them.
 */
export function keyChanges({ findings }: CitusCheck): string[] {
  const changes = findings.flatMap(({ change }) => (change ? [change] : []));
  const all = (part: 'drop' | 'keys' | 'add'): string[] => changes.flatMap((change) => change[part] ?? []);
  return [...all('drop'), ...all('keys'), ...all('add')];
}

/** The statements that distribute: reference tables first, then each group, parents before children. */
export function distributing({ input: { tables, places, distribution } }: CitusCheck): string[] {
  const ordered = parentsFirst(tables);
  const of = (wanted: (place: Place) => boolean): Table[] =>
    ordered.filter(({ id }) => {
      const place = places.get(id);
      return place !== undefined && wanted(place);
    });
  const lines = of(({ kind }) => kind === 'reference').map(
    ({ sql }) => `select create_reference_table(${quoteLiteral(sql)});`,
  );
  for (const group of Object.keys(distribution.groups)) {
    const members = of((place) => place.kind === 'distributed' && place.group === group);
    const [first] = members;
    for (const { id, sql } of members) {
      const place = places.get(id);
      if (place?.kind !== 'distributed' || !first) continue;
      const colocated = first.id === id ? "'none'" : quoteLiteral(first.sql);
      lines.push(
        `select create_distributed_table(${quoteLiteral(sql)}, ${quoteLiteral(place.column)}, colocate_with => ${colocated});`,
      );
    }
  }
  return lines;
}

/** Tables so that each comes after those that it refers to; where they go in a circle, in their own order. */
function parentsFirst(tables: readonly Table[]): Table[] {
  const ordered = new Set<Table>();
  const visit = (table: Table, path: ReadonlySet<string>): void => {
    if (ordered.has(table) || path.has(table.id)) return;
    const parents = tables.filter(({ id }) => table.foreignKeys.some(({ referenced }) => referenced === id));
    for (const parent of parents) visit(parent, new Set([...path, table.id]));
    ordered.add(table);
  };
  for (const table of tables) visit(table, new Set());
  return [...ordered];
}

/** The complete script; comments list what is lost, and how to undo it. */
export function scriptOf(name: string, check: CitusCheck): string {
  const { findings, input } = check;
  const settled = Map.groupBy(
    findings.filter(({ instead }) => instead !== undefined),
    ({ object }) => object,
  );
  const losses = [...settled].flatMap(([object, found]) => [
    object,
    ...found.map(({ says }) => `  ${says}`),
    `  instead: ${found[0]?.instead}`,
  ]);
  const was = findings.flatMap(({ change }) => (change ? [change.was] : []));
  const back = [...input.places]
    .filter(([, { kind }]) => kind !== 'local')
    .map(([id]) => `select undistribute_table('${id}');`);
  return [
    `-- Distributes ${name} with Citus. Written by \`rolecall scale --check citus --script\`; read it before you run it.`,
    '-- On the coordinator, as the owner of the tables, with no other session connected, after a backup:',
    '--   psql -v ON_ERROR_STOP=1 -f this-file',
    '',
    comment(['Objects that can not be distributed unchanged, and what is done instead:', ...losses]),
    '',
    '-- 1. Keys, policies and triggers. Plain PostgreSQL, in one transaction.',
    'begin;',
    "set local lock_timeout = '5s';",
    "set local search_path = '';",
    ...keyChanges(check),
    'commit;',
    '',
    '-- 2. Citus. Roles, extensions and functions that the tables need follow them to the nodes.',
    'create extension if not exists citus;',
    '-- Claims are set with set local; nodes must have them too. Triggers that look only at their row run there.',
    `do $$ begin`,
    "  execute format('alter database %I set citus.propagate_set_commands = ''local''', current_database());",
    "  execute format('alter database %I set citus.enable_unsafe_triggers = on', current_database());",
    'end $$;',
    "set citus.propagate_set_commands = 'local';",
    'set citus.enable_unsafe_triggers = on;',
    "set citus.multi_shard_modify_mode = 'sequential';",
    ...distributing(check),
    '',
    comment(['To undo, first:', ...back, 'then restore each of these definitions:', ...was]),
    '',
  ].join('\n');
}

const comment = (lines: readonly string[]): string =>
  lines
    .flatMap((line) => line.split('\n'))
    .map((line) => `-- ${line}`.trimEnd())
    .join('\n');
