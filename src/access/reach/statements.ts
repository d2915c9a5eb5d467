import { quoteLiteral } from '../../sql/quote.ts';
import type { GrantedObject, PrivilegedKind } from './privilege.ts';

/**
 * The statement that shows a privilege. It changes nothing even where it succeeds: the server looks at privileges before
 * it looks for rows, and before it knows that a transaction may only read. Functions are planned and not called, since
 * nobody knows what they do; EXECUTE is checked all the same. Where no such statement is, the server is asked.
 * @param columns the columns that the privilege is for, quoted where SQL needs it; none for all
 */
export function showing(object: GrantedObject, privilege: string, columns: readonly string[]): string {
  const { kind, sql, anyColumn } = object;
  switch (`${kind} ${privilege}`) {
    case 'schema CREATE':
      return `create table ${sql}.rolecall_probe ()`;
    case 'sequence SELECT':
      return `select last_value from ${sql}`;
    case 'sequence USAGE':
      return `set local transaction_read_only = on; select nextval(${quoteLiteral(sql)})`;
    case 'sequence UPDATE':
      return `set local transaction_read_only = on; select setval(${quoteLiteral(sql)}, 1)`;
    case 'database CREATE':
      return 'create schema rolecall_probe';
    case 'database TEMPORARY':
      return 'create temporary table rolecall_probe ()';
    case 'large object SELECT':
      return `select lo_get(${sql}, 0, 0)`;
    case 'large object UPDATE':
      return `select lo_open(${sql}, x'20000'::int)`;
    case 'foreign server USAGE':
      return `create user mapping for current_user server ${sql}`;
    case 'foreign-data wrapper USAGE':
      return `create server rolecall_probe foreign data wrapper ${sql}`;
    case 'function EXECUTE':
      return object.call === null ? asked(object, privilege) : `explain select ${object.call}`;
  }
  if (!isRelation(object)) return asked(object, privilege);
  switch (privilege) {
    case 'SELECT': {
      const read = `select ${columns.join(', ') || '*'} from ${sql} limit 0`;
      // The other server need not be there.
      return kind === 'foreign table' ? `explain ${read}` : read;
    }
    case 'INSERT':
      return columns.length > 0
        ? `insert into ${sql} (${columns.join(', ')}) select ${columns.map(() => 'null').join(', ')} where false`
        : `insert into ${sql} select where false`;
    case 'UPDATE':
      return `update ${sql} set ${columns[0] ?? anyColumn} = default where false`;
    case 'DELETE':
      return `delete from ${sql} where false`;
    default:
      return asked(object, privilege);
  }
}

const isRelation = ({ anyColumn }: GrantedObject): boolean => anyColumn !== null;

/** In the names of the server's functions: of foreign servers, has_server_privilege(). */
const family = (kind: PrivilegedKind): string =>
  ({ view: 'table', 'materialized view': 'table', 'foreign table': 'table', 'foreign server': 'server' })[
    kind as string
  ] ?? kind.replaceAll(/[ -]/g, '_');

/** Asks the server whether the current role has it. */
function asked({ kind, owner, asked: text }: GrantedObject, privilege: string): string {
  if (privilege === 'ownership') return `select pg_has_role(${quoteLiteral(owner ?? '')}, 'usage')`;
  return `select has_${family(kind)}_privilege(${quoteLiteral(text)}, ${quoteLiteral(privilege)})`;
}
