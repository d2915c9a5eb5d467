import type { Grant, GrantedKind } from '../../catalog/grants.ts';
import type { Property, StructurePart } from '../model.ts';
import { type Described, quoted } from './subject.ts';

/** The privileges that PostgreSQL gives everybody by itself: their presence is not worth a line, and its absence is. */
const GIVEN_TO_PUBLIC: Partial<Record<GrantedKind, readonly string[]>> = {
  database: ['CONNECT', 'TEMPORARY'],
  language: ['USAGE'],
  type: ['USAGE'],
};

/** Grants by the object that they are on. */
export function grantsByObject({ catalog }: Pick<Described, 'catalog'>): ReadonlyMap<string, readonly Grant[]> {
  return Map.groupBy(catalog.grants, ({ kind, object }) => grantKey(kind === 'column' ? 'table' : kind, object));
}

export const grantKey = (kind: GrantedKind, object: string): string => `${kind} ${object}`;

/**
 * Who may do what with an object, a line for each role. An owner who may do everything has no line.
 * @param kind of the object; column grants are among those of its table
 */
export function grantParts(subject: Described, kind: GrantedKind, grants: readonly Grant[] = []): StructurePart[] {
  const all = subject.catalog.allPrivileges[kind] ?? [];
  const owners = grants.filter(({ toOwner, kind: of }) => toOwner && of !== 'column');
  const lines = Map.groupBy(
    grants.filter((grant) => !(grant.toOwner && owners.length >= all.length && grant.kind !== 'column')),
    (grant) => granteeOf(subject, grant),
  );
  const parts = [...lines].map(([name, given]) => ({
    kind: 'grant to',
    name,
    properties: privilegesOf(subject, kind, given),
  }));
  return withoutGiven(kind, parts, grants.length > 0).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** A grantor is said where it is not the owner: what another role granted goes when that role loses it. */
function granteeOf({ roleName }: Described, { grantee, grantor, byOwner }: Grant): string {
  const name = grantee === 'public' ? 'public' : roleName(grantee);
  return byOwner ? name : `${name} by ${roleName(grantor)}`;
}

function privilegesOf(subject: Described, kind: GrantedKind, grants: readonly Grant[]): Property[] {
  const all = subject.catalog.allPrivileges[kind] ?? [];
  const own = grants.filter((grant) => grant.kind !== 'column');
  const [kept, on] = [own.filter(({ grantable }) => !grantable), own.filter(({ grantable }) => grantable)];
  const whole = (some: readonly Grant[], value: string | null): Property[] => {
    const names = inOrder(some.map(({ privilege }) => privilege));
    return all.length > 1 && names.length >= all.length
      ? [{ name: 'ALL', value }]
      : names.map((name) => ({ name, value }));
  };
  const columns = Map.groupBy(
    grants.filter((grant) => grant.kind === 'column'),
    ({ privilege, grantable }) => JSON.stringify([privilege, grantable]),
  );
  return [
    ...whole(kept, null),
    ...whole(on, 'with grant option'),
    ...inOrder([...columns.keys()]).map((key) => {
      const some = columns.get(key) ?? [];
      const [name, grantable] = JSON.parse(key) as [string, boolean];
      const list = `(${some.map(({ column }) => quoted(column ?? '')).join(', ')})`;
      return { name, value: grantable ? `${list} with grant option` : list };
    }),
  ];
}

const ORDER = ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER', 'MAINTAIN'];

/** Without doubles, in the order in which people say them. */
export function inOrder(privileges: readonly string[]): string[] {
  const place = (privilege: string): number => ORDER.findIndex((one) => privilege.includes(one));
  return [...new Set(privileges)].sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1));
}

function withoutGiven(kind: GrantedKind, parts: readonly StructurePart[], known: boolean): StructurePart[] {
  const given = GIVEN_TO_PUBLIC[kind];
  if (!given) return [...parts];
  const everybody = parts.find(({ name }) => name === 'public');
  if (!everybody)
    return known
      ? [...parts, { kind: 'grant to', name: 'public', properties: [{ name: '', value: 'nothing' }] }]
      : [...parts];
  const same = JSON.stringify(everybody.properties.map(({ name }) => name)) === JSON.stringify(given);
  return parts.filter((part) => part !== everybody || !same);
}
