import type pg from 'pg';
import { readRows } from '../../catalog/scope.ts';
import { declaredIn } from '../../report/layout.ts';
import { quoteLiteral } from '../../sql/quote.ts';
import type { Persona } from '../model.ts';
import { namesOf } from './attributes.ts';
import type { Reached } from './reached.ts';
import { prefixesOf, prefixOf } from './role-settings.ts';
import type { Actor } from './roles.ts';

/** A function that begins with a setting of its own, and a role that may execute it. */
interface SettingFunction {
  readonly id: string;
  readonly sql: string;
  readonly schema: string;
  readonly setting: string;
  readonly role: string;
  /** Whether the role that ran the migrations owns it. */
  readonly ours: boolean;
}

/** Settings by which a function acts as somebody else, or without triggers; besides those that personas have. */
const AS_OTHERS = ['role', 'session_authorization', 'session_replication_role'];

// No statement calls a trigger function, and everybody who writes fires it.
const query = (roles: readonly string[], migrator: string): string => `
  select * from (
  select format('%s.%s(%s)', n.nspname, p.proname, (select string_agg(format_type(a.type, null), ', ' order by a.position) from unnest(p.proargtypes::oid[]) with ordinality a (type, position))) as id,
         p.oid::regprocedure::text as sql, n.nspname as schema, s.setting, r.rolname as role,
         pg_get_userbyid(p.proowner) = ${quoteLiteral(migrator)} as ours
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace cross join unnest(p.proconfig) s (setting)
    join pg_roles r on r.rolname = any (array[${roles.map(quoteLiteral).join(', ')}]::text[])
   where p.prorettype = 'trigger'::regtype or has_schema_privilege(r.oid, n.oid, 'usage') and has_function_privilege(r.oid, p.oid, 'execute')
  ) configured
   order by id collate "C", setting collate "C", role collate "C"`;

/**
 * The functions within which somebody is another person, or no trigger holds: by a setting of the function's own, such as
 * `set request.jwt.claims`. Policies ask such settings, and no probe of a table has them.
 */
export async function readFunctionSettings(
  client: pg.Client,
  actors: readonly Actor[],
  personas: readonly Pick<Persona, 'settings'>[],
  migrator: string,
): Promise<Reached[]> {
  const prefixes = prefixesOf(personas);
  const byRole = Map.groupBy(actors, ({ role }) => role);
  const rows = await readRows<SettingFunction>(client, query([...byRole.keys()], migrator));
  const named = rows.map((row) => ({ ...row, name: row.setting.slice(0, row.setting.indexOf('=')) }));
  const telling = named.filter(({ name }) => AS_OTHERS.includes(name) || prefixes.has(prefixOf(name) ?? ''));
  return [...Map.groupBy(telling, ({ id, name }) => `function ${id} setting ${name}`)].flatMap(([line, own]) => {
    const [first] = own;
    if (!first) return [];
    return [
      {
        line,
        wider: [`schema ${first.schema}`],
        ours: first.ours,
        where: `${namesOf(own.flatMap(({ role }) => byRole.get(role) ?? []))} · ${line}`,
        expected: `a function that runs without a ${first.name} of its own, or known with a reason`,
        seen: `${first.setting}: within it, policies and functions see another caller, or triggers do not hold`,
        evidence: `select oid::regprocedure, proconfig from pg_proc where oid = ${quoteLiteral(first.sql)}::regprocedure;`,
        fix: `Run alter function ${first.sql} reset ${first.name}; or give ${JSON.stringify(line)} a reason in ${declaredIn('known')}.`,
      },
    ];
  });
}
