import type { Policy } from '../../../catalog/policies.ts';
import type { Relation } from '../../../catalog/relations.ts';
import { nodesOfType, stringOf } from '../../../sql/tree.ts';
import { type ParsedCode, toBytes } from '../edits/code.ts';
import type { SqlEdit } from '../edits/edit.ts';
import { visit } from '../edits/walk.ts';
import type { MutationSubject } from '../subject.ts';

/** For each uuid column in a condition, each other uuid column of the same relation. */
export function otherColumnEdits(code: ParsedCode, policy: Policy, { catalog }: MutationSubject): SqlEdit[] {
  const relations = relationsIn(code, policy, catalog.relations);
  return [...visit(code.tree)].flatMap(({ type, fields }) => {
    if (type !== 'ColumnRef') return [];
    const names = (fields.fields as unknown[]).map(stringOf);
    const [column, alias] = [names.at(-1), names.at(-2)];
    const relation = alias === undefined ? relations.get('') : relations.get(alias);
    const uuids = (relation?.columns ?? []).filter(({ typeName }) => typeName === 'uuid');
    const at = code.tokens.findIndex(({ start }) => start === Number(fields.location) - code.prefix.length);
    // A name, and for each that qualifies it a dot and a name.
    const token = code.tokens[at + 2 * (names.length - 1)];
    if (!token || !uuids.some(({ name }) => name === column)) return [];
    return uuids
      .filter(({ name }) => name !== column)
      .map(({ sql }) => ({
        operator: 'other-column',
        from: token.start,
        to: token.end,
        by: toBytes(sql),
        what: `${column} to ${sql}`,
        condition: true,
      }));
  });
}

/**
 * The relations by the names that qualify their columns; the policy's own by the empty name too. A name that stands for two
 * is left out.
 */
function relationsIn(code: ParsedCode, policy: Policy, all: readonly Relation[]): Map<string, Relation> {
  const found = new Map<string, Relation | null>();
  const add = (name: string, relation: Relation | undefined): void => {
    const before = found.get(name);
    found.set(name, relation && (before === undefined || before?.id === relation.id) ? relation : null);
  };
  const own = all.find(({ sql }) => sql === policy.tableSql);
  add('', own);
  if (own) add(own.name, own);
  for (const { schemaname, relname, alias } of nodesOfType(code.tree, 'RangeVar')) {
    const relation = all.find(({ schema, name }) => schema === schemaname && name === relname);
    add(String((alias as { aliasname?: string } | undefined)?.aliasname ?? relname), relation);
  }
  return new Map([...found].flatMap(([name, relation]) => (relation ? [[name, relation]] : [])));
}
