import { createHash } from 'node:crypto';
import { readRows } from '../../catalog/scope.ts';
import { withClient } from '../../database/connect.ts';
import { quoteLiteral } from '../../sql/quote.ts';
import { readRolesState } from '../roles/state.ts';
import { contentsOf } from './contents.ts';

/** The comment of the database `postgres`, of which the embedded engine's databases are copies. */
const OF_POSTGRES = 'default administrative connection database';

/** Whether a database has something that CREATE DATABASE does not copy: settings and privileges of its own, a comment, a subscription. */
const OWN = `
  select exists (select from pg_db_role_setting s where s.setdatabase = d.oid)
      or coalesce(shobj_description(d.oid, 'pg_database'), '') not in ('', ${quoteLiteral(OF_POSTGRES)})
      or exists (select from pg_shseclabel l where l.objoid = d.oid and l.classoid = 'pg_database'::regclass)
      or exists (select from pg_subscription s where s.subdbid = d.oid)
      or exists (select from aclexplode(d.datacl) a where a.grantee <> d.datdba)
      or d.datconnlimit <> -1 as own
    from pg_database d where d.datname = current_database()`;

const NAMED_ROLES = `
  select r.rolname as name from pg_shdepend s join pg_roles r on r.oid = s.refobjid
   where s.refclassid = 'pg_authid'::regclass and s.dbid = (select oid from pg_database where datname = current_database())
   union select session_user`;

/**
 * A digest of what a database holds, and of the server's roles as far as they concern it: those that its objects or the
 * text name, with their attributes, settings and memberships.
 * @param sql the SQL that made it
 * @returns undefined where a copy would not be the same, because the database has settings or privileges of its own, or where not
 * all of it may be read
 */
export function printOf(url: string, sql: string): Promise<string | undefined> {
  return withClient(url, async (client) => {
    const [row] = await readRows<{ own: boolean }>(client, OWN);
    if (row?.own !== false) return undefined;
    const named = new Set((await readRows<{ name: string }>(client, NAMED_ROLES)).map(({ name }) => name));
    const concerned = (role: string | null): boolean => role === null || named.has(role) || sql.includes(role);
    const { roles, memberships, settings } = await readRolesState(client, () => false);
    const contents = await contentsOf(client);
    if (contents === undefined) return undefined;
    const state = [
      contents,
      roles.filter(({ name }) => concerned(name)),
      memberships.filter(({ role, member }) => concerned(role) || concerned(member)),
      settings.filter(({ role }) => concerned(role)),
    ];
    return createHash('sha256').update(JSON.stringify(state)).digest('hex');
  });
}
