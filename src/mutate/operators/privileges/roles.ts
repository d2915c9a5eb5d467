import type { DatabaseRole } from '../../../catalog/roles.ts';
import { quoteIdentifier } from '../../../sql/quote.ts';
import type { Draft, MutationSubject } from '../subject.ts';

/** The attributes of a role, with the words of ALTER ROLE for them. */
const ATTRIBUTES: readonly [keyof DatabaseRole, string][] = [
  ['superuser', 'superuser'],
  ['inherit', 'inherit'],
  ['createRole', 'createrole'],
  ['createDatabase', 'createdb'],
  ['login', 'login'],
  ['replication', 'replication'],
  ['bypassRowSecurity', 'bypassrls'],
];
/** PostgreSQL's roles that read or write every table. */
const PREDEFINED = ['pg_read_all_data', 'pg_write_all_data'];

/**
 * Each attribute of each client role turned round, and each of its settings taken away. A role that is in no other has nothing
 * to inherit: there INHERIT is no mutant.
 */
export function roleAttributes({ catalog, roles }: MutationSubject): Draft[] {
  const clients = catalog.roles.filter(({ name }) => roles.some((role) => role.name === name));
  const isMember = (role: string): boolean => catalog.memberships.some(({ member }) => member === role);
  return clients.flatMap((role) => [
    ...ATTRIBUTES.filter(([field]) => field !== 'inherit' || isMember(role.name)).map(([field, attribute]) =>
      roleDraft(
        role.name,
        'role-attribute',
        attribute,
        `alter role ${role.sql} ${role[field] ? 'no' : ''}${attribute};`,
        {
          superuser: !['createrole', 'createdb', 'login', 'inherit'].includes(attribute),
        },
      ),
    ),
    ...settingDrafts(role),
  ]);
}

function settingDrafts({ name, sql, settings, databaseSettings }: DatabaseRole): Draft[] {
  const nameOf = (setting: string): string => setting.slice(0, setting.indexOf('='));
  const reset = (setting: string): string => nameOf(setting).split('.').map(quoteIdentifier).join('.');
  return [
    ...settings.map((setting) =>
      roleDraft(name, 'role-setting-removed', nameOf(setting), `alter role ${sql} reset ${reset(setting)};`),
    ),
    ...databaseSettings.map((setting) =>
      roleDraft(
        name,
        'role-setting-removed',
        `${nameOf(setting)} in the database`,
        `do $$ begin execute format('alter role ${sql} in database %I reset ${reset(setting)}', current_database()); end $$;`,
      ),
    ),
  ];
}

/**
 * Each client role a member of each other one, of each role that owns objects, and of those that read or write all data;
 * each membership taken away, and with ADMIN OPTION. What would make a role a member of itself is left out.
 */
export function memberships(subject: MutationSubject): Draft[] {
  const { catalog, roles } = subject;
  const owners = new Set([...catalog.relations, ...catalog.functions, ...catalog.schemas].map(({ owner }) => owner));
  const groups = new Set([...roles.map(({ name }) => name), ...owners, ...PREDEFINED]);
  // Who owns the database is a member of pg_database_owner, and nobody else can be.
  const known = catalog.roles.filter(({ name }) => groups.has(name) && name !== 'pg_database_owner');
  const isSuperuser = (name: string): boolean => catalog.roles.some((role) => role.name === name && role.superuser);
  const given = catalog.memberships.filter(
    ({ role, member }) => roles.some(({ name }) => name === role) || roles.some(({ name }) => name === member),
  );
  return [
    ...roles.flatMap((member) =>
      known
        .filter(
          ({ name }) =>
            name !== member.name && !reaches(subject, name, member.name) && !reaches(subject, member.name, name),
        )
        .filter(() => !isSuperuser(member.name))
        .map((group) =>
          roleDraft(member.name, 'membership-granted', group.name, `grant ${group.sql} to ${member.sql};`, {
            superuser: isSuperuser(group.name),
          }),
        ),
    ),
    ...given.flatMap(({ role, member, admin, grantor }) => {
      const [group, one, by] = [role, member, grantor].map(quoteIdentifier);
      const superuser = isSuperuser(role);
      return [
        roleDraft(member, 'membership-revoked', role, `revoke ${group} from ${one} granted by ${by};`, { superuser }),
        ...(admin
          ? []
          : [
              roleDraft(
                member,
                'membership-admin',
                role,
                `grant ${group} to ${one} with admin option granted by ${by};`,
                { superuser },
              ),
            ]),
      ];
    }),
  ];
}

function reaches(subject: MutationSubject, from: string, to: string, seen: readonly string[] = []): boolean {
  return subject.catalog.memberships.some(
    ({ member, role }) =>
      member === from && !seen.includes(role) && (role === to || reaches(subject, role, to, [...seen, role])),
  );
}

function roleDraft(
  role: string,
  operator: string,
  place: string,
  sql: string,
  { superuser = false }: { readonly superuser?: boolean } = {},
): Draft {
  return {
    operator,
    object: `role ${role}`,
    place,
    what: `Role ${role}: ${operator.replaceAll('-', ' ')} ${place}`,
    sql,
    concerns: [],
    kind: 'access',
    ...(superuser ? { needs: 'superuser' as const } : {}),
  };
}
