import type { SchemaCatalog } from '../../../catalog/catalog.ts';
import type { Relation } from '../../../catalog/relations.ts';
import type { ConcernsOf } from '../concerns.ts';
import type { Holdings } from '../holdings.ts';

/** Privileges whose grant would let a role do nothing, since something before or behind them refuses it. */
export interface Unreachable {
  /** Whether no client role can name anything of a schema. */
  isClosed(schema: string): boolean;
  /** Whether a privilege on a relation, or on a column of it, lets the role do nothing. */
  relation(role: string, relation: Relation, privilege: string): boolean;
  /** The same of an object in a schema, with the ids of what uses it. */
  object(schema: string, concerns: readonly string[]): boolean;
}

/** The privileges that a view with its caller's rights needs besides the one on itself. */
const READING = ['SELECT', 'UPDATE', 'DELETE'];
const WRITING = ['INSERT', 'UPDATE', 'DELETE'];

/**
 * Three rules. Nobody names an object of a schema without USAGE on it; but the texts of policies, views, defaults and checks
 * are resolved once, so that an object that a relation elsewhere uses is reached without. And a view with its caller's
 * rights answers nobody who may not read what it reads; nor does it write for whoever may not write what it reads, unless a
 * trigger does that instead.
 */
export function unreachableIn(
  { relations, schemas, triggers }: Pick<SchemaCatalog, 'relations' | 'schemas' | 'triggers'>,
  clients: readonly string[],
  holdings: Holdings,
  concernsOf: ConcernsOf,
): Unreachable {
  const schemaSql = new Map(schemas.map(({ name, sql }) => [name, sql]));
  const bySql = new Map(relations.map((relation) => [relation.sql, relation]));
  const byId = new Map(relations.map((relation) => [relation.id, relation]));
  const isClosed: Unreachable['isClosed'] = (schema) => {
    const sql = schemaSql.get(schema);
    if (sql === undefined) return false;
    const held = { kind: 'schema' as const, sql };
    return !clients.some((role) => holdings.given(role, held, 'USAGE') || holdings.otherwise(role, held, 'USAGE'));
  };
  const isShut: Unreachable['object'] = (schema, concerns) =>
    isClosed(schema) &&
    concerns.every((id) => {
      const user = byId.get(id);
      return user === undefined || isClosed(user.schema);
    });
  const mayRead = (role: string, { sql, securityInvoker, reads }: Relation): boolean =>
    holdings.anywhere(role, sql, 'SELECT') && (!securityInvoker || readsAll(role, reads));
  const readsAll = (role: string, reads: readonly string[]): boolean =>
    reads.every((sql) => {
      const read = bySql.get(sql);
      return read === undefined || mayRead(role, read);
    });
  const written = new Set(
    triggers
      .filter(({ timing }) => timing === 'instead of')
      .flatMap(({ table, events }) => events.map((event) => `${table} ${event.toUpperCase()}`)),
  );
  const mayWrite = (role: string, { id, reads }: Relation, privilege: string): boolean =>
    written.has(`${id} ${privilege}`) || reads.some((sql) => holdings.anywhere(role, sql, privilege));
  return {
    isClosed,
    object: isShut,
    relation: (role, relation, privilege) =>
      isShut(relation.schema, concernsOf(relation.id)) ||
      (relation.securityInvoker &&
        ((READING.includes(privilege) && !readsAll(role, relation.reads)) ||
          (WRITING.includes(privilege) && !mayWrite(role, relation, privilege)))),
  };
}
