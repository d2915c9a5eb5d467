import type pg from 'pg';
import { DEFAULT_PRIVILEGES_ENTRIES, type DefaultPrivileges } from '../../catalog/default-privileges.ts';
import { notExtensionMember, readRows } from '../../catalog/scope.ts';
import { declaredIn } from '../../report/layout.ts';
import { quoteIdentifier, quoteLiteral } from '../../sql/quote.ts';
import { namesOf } from './attributes.ts';
import type { OpenPrivilege } from './privilege.ts';
import type { Reached } from './reached.ts';
import type { Actor } from './roles.ts';

/** The owners and schemas whose default privileges the catalog check default-privileges-closed looks at. */
export interface Checked {
  readonly owners: ReadonlySet<string>;
  readonly schemas: readonly string[];
}

/** Reads who owns something in the schemas that the catalog checks look at. */
export async function readChecked(client: pg.Client, schemas: readonly string[]): Promise<Checked> {
  const ruled = `array[${schemas.map(quoteLiteral).join(', ')}]::text[]`;
  const rows = await readRows<{ readonly owner: string }>(
    client,
    `with ruled as (select oid from pg_namespace where nspname = any (${ruled}))
     select pg_get_userbyid(c.relowner) as owner from pg_class c
      where c.relnamespace in (select oid from ruled) and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S') and ${notExtensionMember('pg_class', 'c.oid')}
     union
     select pg_get_userbyid(p.proowner) from pg_proc p where p.pronamespace in (select oid from ruled) and ${notExtensionMember('pg_proc', 'p.oid')}`,
  );
  return { owners: new Set(rows.map(({ owner }) => owner)), schemas };
}

/**
 * Default privileges that would open what a role makes in the future, as far as they are not PostgreSQL's own and the
 * catalog check does not tell of them. In a schema that no client enters they open nothing.
 */
export function reachedDefaults(
  entries: readonly DefaultPrivileges[],
  privileges: readonly OpenPrivilege[],
  actors: readonly Actor[],
  checked: Checked,
): Reached[] {
  const open = new Set(
    privileges.flatMap(({ object, privilege, grantee }) =>
      object.kind === 'schema' && privilege === 'USAGE' && actors.some(({ holds }) => holds.has(grantee))
        ? [object.id]
        : [],
    ),
  );
  const isCounted = ({ owner, schema, kind, implicit }: DefaultPrivileges): boolean =>
    !implicit && (schema === null || open.has(schema)) && !isChecked(owner, schema, kind, checked);
  const opening = entries.filter(isCounted).flatMap((entry) => {
    const grants = entry.grants.filter((grant) => grant.grantee !== entry.owner && !isBuiltIn(entry, grant));
    const own = actors.filter(({ holds }) => grants.some(({ grantee }) => holds.has(grantee)));
    const held = grants.filter(({ grantee }) => own.some(({ holds }) => holds.has(grantee)));
    return held.length > 0 ? [{ entry, held, own }] : [];
  });
  return [...Map.groupBy(opening, ({ entry }) => lineOf(entry)).entries()].map(([line, group]) => {
    const { ownerSql, schema } = group[0]?.entry ?? { ownerSql: '', schema: null };
    return {
      line,
      wider: schema === null ? [] : [`schema ${schema}`],
      where: `${namesOf(group.flatMap(({ own }) => own))} · ${line}`,
      expected: "objects that begin with their owner's privileges alone, or known with a reason",
      seen: group.map(({ entry, held }) => `${entry.kind}: ${textOf(held)}`).join('; '),
      evidence: DEFAULT_PRIVILEGES_ENTRIES,
      fix: `Run alter default privileges for role ${ownerSql}${schema === null ? '' : ` in schema ${quoteIdentifier(schema)}`} revoke …; or give ${JSON.stringify(line)} a reason in ${declaredIn('known')}.`,
    };
  });
}

function lineOf({ owner, schema }: DefaultPrivileges): string {
  return `default privileges of ${owner}${schema === null ? '' : ` in ${schema}`}`;
}

const CHECKED_KINDS = ['functions', 'sequences', 'tables'];

const isChecked = (owner: string, schema: string | null, kind: string, { owners, schemas }: Checked): boolean =>
  CHECKED_KINDS.includes(kind) && owners.has(owner) && (schema === null || schemas.includes(schema));

/** An entry for every schema replaces what PostgreSQL gives by itself, which is in it as far as it was left there. */
function isBuiltIn({ schema, kind }: DefaultPrivileges, { grantee }: DefaultPrivileges['grants'][number]): boolean {
  return schema === null && grantee === 'public' && (kind === 'functions' || kind === 'types');
}

function textOf(grants: DefaultPrivileges['grants']): string {
  return [...Map.groupBy(grants, ({ grantee }) => grantee)]
    .map(
      ([grantee, own]) =>
        `${own.map(({ privilege }) => privilege).join(', ')} to ${grantee === 'public' ? 'PUBLIC' : grantee}`,
    )
    .join('; ');
}
