import type { DefaultPrivileges } from '../../catalog/default-privileges.ts';
import type { GrantedKind } from '../../catalog/grants.ts';
import type { Publication } from '../../catalog/publications.ts';
import { flag, listed, type Property, type StructureObject, type StructurePart, valued } from '../model.ts';
import { grantKey, grantParts, grantsByObject, inOrder } from './grants.ts';
import { settingsText } from './roles.ts';
import { type Described, ownerOf } from './subject.ts';
import { commentOf, enabledFlags } from './tables.ts';

/** The database as such: what it sets and whom it admits. Nothing when nobody ever changed that. */
export function describeDatabase(subject: Described): StructureObject[] {
  const { catalog } = subject;
  const grants = grantsByObject(subject);
  const on = catalog.grants.find(({ kind }) => kind === 'database');
  const properties = [
    ...valued('settings', settingsText(catalog.database.settings)),
    ...valued('server settings', settingsText(catalog.database.serverSettings)),
  ];
  const parts = on && !on.implicit ? grantParts(subject, 'database', grants.get(grantKey('database', on.object))) : [];
  const database = { kind: 'database', name: '', properties, parts };
  return [
    ...(properties.length + parts.length > 0 ? [database] : []),
    ...granted(subject, 'parameter').map((object) => ({ ...object, kind: 'parameter' })),
  ];
}

/** The objects of a kind on which somebody granted or revoked something. */
function granted(subject: Described, kind: GrantedKind): StructureObject[] {
  const grants = grantsByObject(subject);
  const objects = new Map(
    subject.catalog.grants
      .filter((grant) => grant.kind === kind && !grant.implicit)
      .map(({ object, sql }) => [object, sql]),
  );
  return [...objects].map(([object, sql]) => ({
    kind,
    name: sql,
    properties: [],
    parts: grantParts(subject, kind, grants.get(grantKey(kind, object))),
  }));
}

/** The version is left out: the server has the one that it has. What belongs to an extension is not listed. */
export const describeExtensions = ({ catalog }: Described): StructureObject[] =>
  catalog.extensions.map(({ name, schemaSql }) => ({
    kind: 'extension',
    name,
    properties: valued('in', schemaSql),
    parts: [],
  }));

/** The privileges of new objects. An entry of no schema holds everywhere, and replaces what PostgreSQL gives by itself. */
export function describeDefaultPrivileges(subject: Described): StructureObject[] {
  return subject.catalog.defaultPrivileges
    .filter(({ implicit }) => !implicit)
    .map((entry) => ({
      kind: 'default privileges for',
      name: `${entry.kind} of ${subject.roleName(entry.owner)}${entry.schema === null ? '' : ` in ${entry.schema}`}`,
      properties: [],
      parts: defaultGrants(subject, entry),
    }));
}

const KIND_OF: Readonly<Record<DefaultPrivileges['kind'], string>> = {
  tables: 'table',
  sequences: 'sequence',
  functions: 'function',
  types: 'type',
  schemas: 'schema',
  'large objects': 'large object',
};

const PUBLIC_GETS: readonly string[] = ['functions', 'types'];

function defaultGrants(
  { catalog, roleName }: Described,
  { owner, schema, kind, grants }: DefaultPrivileges,
): StructurePart[] {
  const all = catalog.allPrivileges[KIND_OF[kind]] ?? [];
  const byGrantee = Map.groupBy(grants, ({ grantee }) => grantee);
  const parts = [...byGrantee].map(([grantee, given]) => {
    const order = inOrder(given.map(({ privilege }) => privilege));
    const sorted = [...given].sort((a, b) => order.indexOf(a.privilege) - order.indexOf(b.privilege));
    const privileges = sorted.map(
      ({ privilege, grantable }): Property => ({ name: privilege, value: grantable ? 'with grant option' : null }),
    );
    const whole = all.length > 1 && given.length >= all.length && given.every(({ grantable }) => !grantable);
    return {
      kind: 'grant to',
      name: grantee === 'public' ? 'public' : roleName(grantee),
      properties: whole ? [{ name: 'ALL', value: null }] : privileges,
      usual: grantee === owner && given.length >= all.length,
    };
  });
  // An entry of no schema replaces what PostgreSQL gives to everybody, so that its absence is worth a line.
  const closed = schema === null && PUBLIC_GETS.includes(kind) && !byGrantee.has('public');
  const nothing = { kind: 'grant to', name: 'public', properties: [{ name: '', value: 'nothing' }] };
  return [...parts.filter(({ usual }) => !usual).map(({ usual, ...part }) => part), ...(closed ? [nothing] : [])];
}

export const describeEventTriggers = (subject: Described): StructureObject[] =>
  subject.catalog.eventTriggers.map(({ sql, event, tags, function: called, enabled, owner, comment }) => ({
    kind: 'event trigger',
    name: sql,
    properties: [
      ...valued('event', event),
      ...listed('tags', tags),
      ...valued('function', called),
      ...enabledFlags(enabled),
      ...valued('owner', ownerOf(subject, owner)),
      ...commentOf(comment),
    ],
    parts: [],
  }));

export const describePublications = (subject: Described): StructureObject[] =>
  subject.catalog.publications.map((publication) => ({
    kind: 'publication',
    name: publication.sql,
    properties: [
      ...valued('operations', publication.operations.join(', ') || 'none'),
      ...flag('all tables', publication.allTables),
      ...flag('via partition root', publication.viaPartitionRoot),
      ...listed('schemas', publication.schemas),
      ...valued('owner', ownerOf(subject, publication.owner)),
      ...commentOf(publication.comment),
    ],
    parts: publication.tables.map(publishedTable),
  }));

const publishedTable = ({ sql, columns, filter }: Publication['tables'][number]): StructurePart => ({
  kind: 'published table',
  name: sql,
  properties: [...valued('columns', columns && `(${columns.join(', ')})`), ...valued('where', filter)],
});

/** Wrappers, servers and user mappings; of the options of a user mapping the names alone. */
export function describeForeignAccess(subject: Described): StructureObject[] {
  const grants = grantsByObject(subject);
  return subject.catalog.foreignAccess.map((one) => ({
    kind: one.kind,
    name:
      one.role === null ? one.sql : `${one.role === 'public' ? 'public' : subject.roleName(one.role)} on ${one.sql}`,
    properties: [
      ...valued('wrapper', one.wrapper),
      ...listed('clauses', one.clauses),
      ...(one.kind === 'user mapping' ? listed('option names', one.options) : optionsOf(one.options)),
      ...valued('owner', ownerOf(subject, one.owner)),
      ...commentOf(one.comment),
    ],
    parts: one.kind === 'user mapping' ? [] : grantParts(subject, one.kind, grants.get(grantKey(one.kind, one.name))),
  }));
}

const optionsOf = (options: readonly string[]): Property[] => [
  ...listed(
    'options',
    options.filter((option) => !isSecret(option)),
  ),
  ...listed(
    'secret options',
    options.filter(isSecret).map((option) => option.split('=')[0] ?? ''),
  ),
];

/** Wrappers have options of their own choosing; the names of those with secrets say so. */
const isSecret = (option: string): boolean => /pass|secret|token|key|credential/i.test(option.split('=')[0] ?? '');

export function describeOthers(subject: Described): StructureObject[] {
  const languages = granted(subject, 'language');
  return [
    ...languages,
    ...subject.catalog.others.map(({ kind, identity, owner, definition, comment }) => ({
      kind: 'other',
      name: `${kind} ${identity}`,
      properties: [...valued('', definition), ...valued('owner', ownerOf(subject, owner)), ...commentOf(comment)],
      parts:
        kind === 'large object'
          ? grantParts(subject, 'large object', grantsByObject(subject).get(grantKey('large object', identity)))
          : [],
    })),
  ];
}
