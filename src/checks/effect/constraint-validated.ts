import type { Constraint } from '../../catalog/constraints.ts';
import { sortedBy } from '../../catalog/order.ts';
import { quoteLiteral } from '../../sql/quote.ts';
import { type Check, type Offence, onTable } from '../check.ts';
import type { RuledCatalog } from '../ruled.ts';

export const constraintValidated: Check = {
  id: 'constraint-validated',
  expected: 'constraints that every row keeps',
  offences: (ruled) =>
    sortedBy([...ofTables(ruled), ...ofColumns(ruled), ...ofDomains(ruled)], ({ object }) => [object]),
};

const FROM_BEFORE = 'not validated: rows from before may break it, and an update of such a row fails';

function ofTables({ relations, all }: RuledCatalog): Offence[] {
  const tables = new Map(relations.map(({ id, sql }) => [id, sql]));
  return all.constraints
    .filter(({ table, validated, enforced }) => tables.has(table) && !(validated && enforced))
    .map((constraint) => {
      const table = tables.get(constraint.table) ?? constraint.table;
      return {
        object: onTable(constraint, table),
        seen: constraint.enforced ? FROM_BEFORE : 'not enforced: nothing looks whether rows keep it',
        evidence: [
          `select conname, convalidated, pg_get_constraintdef(oid) from pg_constraint where conrelid = ${quoteLiteral(table)}::regclass and conname = ${quoteLiteral(constraint.name)};`,
          ...breaking(constraint, table),
        ].join('\n'),
      };
    });
}

/** SQL that counts the rows that break a check, whose definition has its condition in parentheses. */
function breaking({ kind, definition }: Constraint, table: string): string[] {
  const [from, to] = [definition.indexOf('('), definition.lastIndexOf(')')];
  return kind === 'check' ? [`select count(*) from ${table} where not ${definition.slice(from, to + 1)};`] : [];
}

/** PostgreSQL 18 can leave NOT NULL unvalidated. */
const ofColumns = ({ relations }: RuledCatalog): Offence[] =>
  relations.flatMap(({ sql: table, columns }) =>
    columns
      .filter(({ notNullValidated }) => !notNullValidated)
      .map(({ sql }) => ({
        object: `${table}.${sql}`,
        seen: `not null, but ${FROM_BEFORE}`,
        evidence: `select count(*) from ${table} where ${sql} is null;`,
      })),
  );

const ofDomains = ({ types }: RuledCatalog): Offence[] =>
  types.flatMap(({ sql: domain, checks }) =>
    checks
      .filter(({ validated }) => !validated)
      .map(({ name }) => ({
        object: `${name} on ${domain}`,
        seen: 'not validated: values from before may break it',
        evidence: `select conname, convalidated, pg_get_constraintdef(oid) from pg_constraint where contypid = ${quoteLiteral(domain)}::regtype;`,
      })),
  );
