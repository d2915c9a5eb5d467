import type pg from 'pg';
import type { DatabaseRole } from '../../catalog/roles.ts';
import { readRows } from '../../catalog/scope.ts';
import { declaredIn } from '../../report/layout.ts';
import { quoteLiteral } from '../../sql/quote.ts';
import type { Persona } from '../model.ts';
import { namesOf } from './attributes.ts';
import type { Reached } from './reached.ts';
import type { Actor } from './roles.ts';

/** Settings that change which rows a session sees, as whom it runs, or what its statements mean, and how. */
const MEANINGS: Readonly<Record<string, string>> = {
  row_security: 'where a policy would hide rows, a statement fails',
  session_replication_role: 'triggers and foreign keys may not hold',
  role: 'sessions run as another role',
  session_authorization: 'sessions run as another role',
  search_path: 'names without a schema mean other objects',
  session_preload_libraries: 'code is loaded into each session',
  local_preload_libraries: 'code is loaded into each session',
  lo_compat_privileges: 'large objects have no privileges',
  transform_null_equals: '`= null` is true of nulls',
  default_transaction_read_only: 'writes fail',
  allow_system_table_mods: 'the catalogs can be changed',
};

/** Those that hold for the sessions of every role. */
const QUERY = `
  select setting from pg_db_role_setting s left join pg_database d on d.oid = s.setdatabase cross join unnest(s.setconfig) setting
   where s.setrole = 0 and (s.setdatabase = 0 or d.datname = current_database()) order by setting collate "C"`;

/** Reads what the sessions of every role begin with in this database, as in `row_security=off`. */
export async function readDatabaseSettings(client: pg.Client): Promise<readonly string[]> {
  const rows = await readRows<{ readonly setting: string }>(client, QUERY);
  return rows.map(({ setting }) => setting);
}

/**
 * The settings with which sessions of the client roles, and of all that they may become, begin, as far as they change
 * what is seen. SET ROLE does not bring these settings along, so that no probe has them. Settings of the project's own count as well: those
 * with a prefix that a persona's settings have, such as `request.`.
 */
export function reachedSettings(
  roles: readonly DatabaseRole[],
  ofAll: readonly string[],
  actors: readonly Actor[],
  personas: readonly Pick<Persona, 'settings'>[],
): Reached[] {
  const prefixes = prefixesOf(personas);
  const meaningOf = (name: string): string | undefined =>
    prefixes.has(prefixOf(name) ?? '') ? 'policies and functions may read it' : MEANINGS[name];
  const byRole = Map.groupBy(actors, ({ role }) => role);
  const finding = (
    subject: string,
    setting: string,
    own: readonly Actor[],
    evidence: string,
    reset: string,
  ): Reached[] => {
    const name = setting.slice(0, setting.indexOf('='));
    const means = meaningOf(name);
    if (means === undefined) return [];
    const line = `${subject} setting ${name}`;
    return [
      {
        line,
        wider: [],
        where: `${namesOf(own)} · ${line}`,
        expected: `sessions that begin without ${name}, or known with a reason`,
        seen: `${setting}: ${means}`,
        evidence,
        fix: `Run alter ${reset} reset ${name}; or give ${JSON.stringify(line)} a reason in ${declaredIn('known')}.`,
      },
    ];
  };
  return [
    ...roles.flatMap(({ name, sql, settings, databaseSettings }) => {
      const own = byRole.get(name);
      const evidence = `select setdatabase, setconfig from pg_db_role_setting where setrole = ${quoteLiteral(sql)}::regrole;`;
      return own
        ? [...new Set([...settings, ...databaseSettings])].flatMap((setting) =>
            finding(`role ${name}`, setting, own, evidence, `role ${sql}`),
          )
        : [];
    }),
    ...ofAll.flatMap((setting) =>
      finding(
        'database',
        setting,
        actors,
        'select setdatabase, setconfig from pg_db_role_setting where setrole = 0;',
        'database … (or role all)',
      ),
    ),
  ];
}

/** The prefixes of the settings that personas have: policies read such settings. */
export const prefixesOf = (personas: readonly Pick<Persona, 'settings'>[]): ReadonlySet<string> =>
  new Set(personas.flatMap(({ settings }) => Object.keys(settings).flatMap((name) => prefixOf(name) ?? [])));

/** `request` of `request.jwt.claims`. */
export const prefixOf = (name: string): string | undefined =>
  name.includes('.') ? name.slice(0, name.indexOf('.')) : undefined;
