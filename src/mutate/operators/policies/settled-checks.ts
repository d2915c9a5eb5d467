import type { Policy } from '../../../catalog/policies.ts';
import { nodesOfType, stringOf } from '../../../sql/tree.ts';
import { unqualifiedNames } from '../../unqualified-names.ts';
import { CONDITION, parsedCode, toBytes } from '../edits/code.ts';
import type { MutationSubject } from '../subject.ts';

/**
 * Whether USING has settled what WITH CHECK of a policy asks, so that a wider check lets nothing more through: both ask the
 * same, of an UPDATE, and no role that the policy is for can change a column that they read, by itself or by a trigger. Where
 * another permissive policy is for updates too, its rows could become others by this one's check, and subqueries may read what
 * a trigger changes: there nothing is settled.
 */
export function isSettled({ catalog, holdings }: MutationSubject, policy: Policy): boolean {
  const { permissive, command, using, check, table, tableSql } = policy;
  if (!permissive || command !== 'update' || check === null || check !== using) return false;
  const isOther = (other: Policy): boolean =>
    other.tableSql === tableSql &&
    other.sql !== policy.sql &&
    other.permissive &&
    (other.command === 'update' || other.command === 'all');
  const { tree } = parsedCode(toBytes(check), CONDITION);
  // `(select auth.uid())` reads no rows.
  const readsRows = [...nodesOfType(tree, 'SelectStmt')].some(({ fromClause }) => fromClause !== undefined);
  if (readsRows || catalog.policies.some(isOther)) return false;

  const names = new Set(
    [...nodesOfType(tree, 'ColumnRef')].map(({ fields }) => stringOf((fields as unknown[]).at(-1)) ?? '*'),
  );
  const roles = catalog.roles.map(({ name }) => name).filter((name) => isFor(policy, [name, ...holdings.groups(name)]));
  const mayUpdate = (column: string): boolean =>
    roles.some((role) =>
      [
        { kind: 'table' as const, sql: tableSql },
        { kind: 'column' as const, sql: tableSql, column },
      ].some(
        (object) =>
          !holdings.bypasses(role) &&
          (holdings.given(role, object, 'UPDATE') || holdings.otherwise(role, object, 'UPDATE')),
      ),
    );
  const triggered = new Set(
    catalog.triggers.filter((trigger) => trigger.table === table).map((trigger) => trigger.function),
  );
  const bodies = catalog.functions.filter(({ schema, name }) => triggered.has(`${schema}.${name}`));
  // After a dot, as in new.owner: a name of any kind.
  const isNamed = (column: string): boolean =>
    bodies.some(({ source }) => unqualifiedNames(source.replaceAll('.', ' ')).has(column));
  return [...names].every((column) => column !== '*' && !mayUpdate(column) && !isNamed(column));
}

const isFor = ({ roles }: Policy, names: readonly string[]): boolean =>
  roles.some(({ name }) => name === 'public' || names.includes(name));
