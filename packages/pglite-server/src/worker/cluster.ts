import type { RolesChange } from '../cluster/merge-roles.ts';
import { changeRoles, READ_ROLES, type Roles } from '../cluster/roles.ts';
import type { ClusterState } from '../messages.ts';
import { quoteLiteral } from '../sql/quote.ts';
import type { Backend } from './backend.ts';

/** The roles of a database at a moment. */
export interface OwnRoles {
  /** As one text. */
  text: string;
  /** Their names by their numbers, which stay when they are renamed. */
  names: Record<string, string>;
}

export function readRoles(backend: Backend): OwnRoles {
  const [text, names] = backend.demand(READ_ROLES)[0]?.[0] ?? [];
  return { text: text ?? '', names: JSON.parse(names ?? '{}') as OwnRoles['names'] };
}

/** The roles that are there at both moments: their names then and now. */
export function keptRoles(before: OwnRoles, after: OwnRoles): RolesChange['kept'] {
  return Object.entries(before.names).flatMap(([number, then]): RolesChange['kept'] => {
    const now = after.names[number];
    return now === undefined ? [] : [[then, now]];
  });
}

/**
 * Brings what a server has once for all databases (roles, and the list of databases) up to date in this one.
 * @returns the databases' numbers here, by their names
 */
export function follow(backend: Backend, state: ClusterState): Map<string, number> {
  if (state.roles !== '') {
    const own = readRoles(backend).text;
    if (own !== state.roles) {
      const statements = changeRoles(JSON.parse(own) as Roles, JSON.parse(state.roles) as Roles);
      // Each by itself: one that cannot be done here (a role that owns something) must not keep the others out.
      for (const statement of statements) backend.query(statement);
    }
  }
  const names = state.databases.map((name) => `(${quoteLiteral(name)})`).join(', ');
  backend.demand(
    `delete from pg_catalog.pg_database
       where not datistemplate and datname <> current_database()
         and datname not in (select name from (values ${names}) as wanted (name));
     insert into pg_catalog.pg_database
       select (jsonb_populate_record(own, jsonb_build_object(
         'oid', pg_nextoid('pg_database', 'oid', 'pg_database_oid_index'), 'datname', name, 'datacl', null
       ))).*
       from (values ${names}) as wanted (name), pg_catalog.pg_database own
       where own.datname = current_database()
         and not exists (select from pg_catalog.pg_database other where other.datname = name)`,
  );
  const [known = []] = backend.demand('select datname, oid from pg_catalog.pg_database');
  return new Map(known.map(([name, oid]) => [name ?? '', Number(oid)]));
}
