import { isTable } from '../../../catalog/relations.ts';
import type { Draft, MutationSubject } from '../subject.ts';

/**
 * Privileges on columns, where the role has none on the table: there they would change nothing. No statement gives a value to
 * a generated column, and nothing refers to a column of a view: such privileges are without effect too.
 */
export function columnPrivileges({ catalog, holdings, roles, concernsOf, unreachable }: MutationSubject): Draft[] {
  const privileges = catalog.allPrivileges.column ?? [];
  return catalog.relations.flatMap((relation) =>
    relation.columns.flatMap((column) =>
      privileges.flatMap((privilege) =>
        roles.flatMap((role): Draft[] => {
          const object = { kind: 'column' as const, sql: relation.sql, column: column.name };
          const table = { kind: 'table' as const, sql: relation.sql };
          const isIdle = privilege === 'REFERENCES' ? !isTable(relation) : privilege !== 'SELECT' && column.generated;
          const hasTable =
            holdings.given(role.name, table, privilege) || holdings.otherwise(role.name, table, privilege);
          if (isIdle || hasTable || holdings.otherwise(role.name, object, privilege)) return [];
          const given = holdings.given(role.name, object, privilege);
          if (!given && unreachable.relation(role.name, relation, privilege)) return [];
          const on = `${privilege} (${column.sql}) on table ${relation.sql}`;
          return [
            {
              operator: `column-privilege-${given ? 'revoked' : 'granted'}`,
              object: `${relation.id}.${column.name}`,
              place: `${privilege} ${role.name}`,
              what: `${privilege} on column ${column.name} of ${relation.id} ${given ? 'revoked from' : 'granted to'} ${role.name}`,
              sql: given ? `revoke ${on} from ${role.sql} cascade;` : `grant ${on} to ${role.sql};`,
              concerns: concernsOf(relation.id),
              kind: 'access',
            },
          ];
        }),
      ),
    ),
  );
}
