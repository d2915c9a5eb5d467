import { markdownTable } from 'markdown-table';
import type { ColumnGrants, FunctionCell, FunctionOutcome, Persona, PrivilegeCell } from './model.ts';

const MARKS: Readonly<Record<FunctionOutcome, string>> = {
  allowed: 'X',
  'no grant': '–',
  refused: '×',
  'not evaluated': '?',
};

/** The columns where a role may use some and not all of them. */
export function renderColumns(grants: readonly ColumnGrants[]): string {
  const partial = grants
    .filter(({ columns, granted }) => granted.length > 0 && granted.length < columns.length)
    .toSorted((one, other) => (one.table < other.table ? -1 : one.table > other.table ? 1 : 0))
    .map(({ role, table, command, granted }) => [table, role, command, granted.join(', ')]);
  return `## Columns

What a role may do with some columns of a table only. Anything else it may do with every column or with none.

${partial.length > 0 ? markdownTable([['table', 'role', 'command', 'columns'], ...partial]) : 'There is no such table.'}
`;
}

/** A line for each function, a column for each persona. */
export function renderFunctions(cells: readonly FunctionCell[], personas: readonly Persona[]): string {
  const bySignature = Map.groupBy(cells, ({ signature }) => signature);
  const lines = [...bySignature].map(([signature, own]) => [
    signature,
    ...personas.map(({ name }) => MARKS[own.find(({ persona }) => persona === name)?.outcome ?? 'not evaluated']),
  ]);
  return `## Functions

Proved by calling each function as each persona. ${MARKS.allowed} **allowed**: it could be executed, whatever it then
returned or raised; ${MARKS['no grant']} **no grant**: the role lacks EXECUTE, or USAGE of its schema; ${MARKS.refused} **refused**: it was executed, and
raised 42501 (insufficient_privilege) itself; ${MARKS['not evaluated']} **not evaluated**.

${lines.length > 0 ? markdownTable([['function', ...personas.map(({ name }) => name)], ...lines]) : 'There is no function.'}
`;
}

/** The section of snapshots/access.md about privileges that row security does not govern: one line a role and object. */
export function renderPrivileges(cells: readonly PrivilegeCell[]): string {
  const open = cells.filter(({ outcome }) => outcome === 'allowed');
  const byHolder = Map.groupBy(open, ({ object, role }) => `${object}\n${role}`);
  const lines = [...byHolder.values()].map((own) => [
    own[0]?.object ?? '',
    own[0]?.role ?? '',
    own.map(({ privilege }) => privilege).join(', '),
  ]);
  const roles = [...new Set(cells.map(({ role }) => role))];
  return `## Privileges that row security does not govern

Tried as ${roles.join(', ')}: TRUNCATE, REFERENCES, TRIGGER, and MAINTAIN where the server has it, on every table; CREATE on every
schema; USAGE, SELECT and UPDATE on every sequence.

${lines.length > 0 ? markdownTable([['object', 'role', 'privileges'], ...lines]) : 'No role has any of them.'}
`;
}
