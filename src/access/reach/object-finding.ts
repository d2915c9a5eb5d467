import { declaredIn } from '../../report/layout.ts';
import { transcript } from '../transcript.ts';
import type { GrantedObject, OpenPrivilege } from './privilege.ts';
import type { Reached } from './reached.ts';
import type { Actor } from './roles.ts';
import { showing } from './statements.ts';

/** A privilege, and how somebody comes to it. */
export interface Access {
  readonly open: OpenPrivilege;
  readonly actor: Actor;
}

// The first that somebody has is the one that is shown.
const ORDER = ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'EXECUTE', 'CREATE', 'USAGE', 'TRUNCATE'];

/** The line of `known` that names an object. */
export function lineOf({ kind, id }: GrantedObject): string {
  if (kind === 'large object') return 'large objects';
  return kind === 'database' ? 'database' : `${kind} ${id}`;
}

/** One object, with everybody who reaches it: at least one access. */
export function reachedBy(accesses: readonly Access[]): Reached {
  const [first] = sortedByPrivilege(accesses);
  if (!first) throw new Error('Nobody reaches it.');
  const { object, privilege } = first.open;
  const line = lineOf(object);
  const columns = columnsOf(accesses, first);
  const statement = showing(object, privilege, columns);
  const names = [...new Set(accesses.flatMap(({ actor }) => actor.client.names))].join(', ');
  const trial = { role: first.actor.role, statement };
  return {
    line,
    wider: widerThan(object),
    ours: accesses.some(({ open }) => open.ours),
    where: `${names} · ${privilegesIn(accesses)} · ${line}`,
    expected: expectedOf(object),
    seen: `${howReached(accesses)}${remarkOn(object, accesses)}`,
    evidence: transcript({ role: trial.role, settings: {} }, trial),
    fix: fixFor(line, object, accesses),
    trial,
  };
}

function widerThan({ schema, extension, builtIn }: GrantedObject): string[] {
  return [
    ...(extension === null ? [] : [`extension ${extension}`]),
    ...(schema === null || builtIn ? [] : [`schema ${schema}`]),
  ];
}

/** The columns of the privilege that is shown; none when it is for all of them. */
function columnsOf(accesses: readonly Access[], { open, actor }: Access): string[] {
  const same = accesses.filter((other) => other.open.privilege === open.privilege && other.actor === actor);
  return same.some(({ open: { column } }) => column === null)
    ? []
    : [...new Set(same.flatMap(({ open: { column } }) => column ?? []))];
}

/** `SELECT, INSERT (note)`: columns only where the privilege is for some alone. */
function privilegesIn(accesses: readonly Access[]): string {
  const byPrivilege = Map.groupBy(sortedByPrivilege(accesses), ({ open }) => open.privilege);
  return [...byPrivilege]
    .map(([privilege, own]) => {
      const columns = own.some(({ open }) => open.column === null) ? [] : own.flatMap(({ open }) => open.column ?? []);
      return columns.length > 0 ? `${privilege} (${[...new Set(columns)].join(', ')})` : privilege;
    })
    .join(', ');
}

function howReached(accesses: readonly Access[]): string {
  const ways = Map.groupBy(accesses, ({ open, actor }) => `${actor.client.role}${wayOf(open.grantee, actor)}`);
  const alike = Map.groupBy(
    [...ways.values()],
    (own) => `${wayOf(own[0]?.open.grantee ?? '', own[0]?.actor)}: ${privilegesIn(own)}`,
  );
  return [...alike.values()]
    .flatMap((groups) => {
      const [own] = groups;
      const [access] = own ?? [];
      if (!own || !access) return [];
      const roles = groups.flatMap((group) => group[0]?.actor.client.role ?? []).join(', ');
      return [
        `${roles} ${groups.length > 1 ? 'have' : 'has'} ${privilegesIn(own)}${wayOf(access.open.grantee, access.actor)}`,
      ];
    })
    .join('; ');
}

/** How a client comes to what a grantee has: by name, as everybody, as a member, or as the role that it may become. */
function wayOf(grantee: string, actor: Actor | undefined): string {
  const became = actor && actor.role !== actor.client.role ? ` after SET ROLE ${actor.role}` : '';
  if (grantee === 'public') return ` through PUBLIC${became}`;
  return grantee === actor?.role ? became : ` as a member of ${grantee}${became}`;
}

function remarkOn(object: GrantedObject, accesses: readonly Access[]): string {
  const ids = new Set(accesses.map(({ open }) => open.object.id));
  if (object.kind === 'large object')
    return `: ${ids.size === 1 ? `the large object ${object.id}` : `${ids.size} large objects`}`;
  if (object.ownersRights && object.kind === 'view')
    return `: a view, which reads with the rights of its owner ${object.owner}`;
  if (object.ownersRights) return `: a security definer, which runs with the rights of its owner ${object.owner}`;
  return '';
}

function expectedOf({ extension, builtIn, schema }: GrantedObject): string {
  if (extension !== null) return `what extension ${extension} grants by itself, or known with a reason`;
  if (builtIn || schema === null) return 'what PostgreSQL grants by itself, or known with a reason';
  return 'in a schema that is proven, or known with a reason';
}

function fixFor(line: string, { schema, extension, builtIn }: GrantedObject, accesses: readonly Access[]): string {
  const grantees = [...new Set(accesses.map(({ open }) => open.grantee))].join(', ');
  const prove =
    schema === null || builtIn || extension !== null
      ? ''
      : ` prove it: add ${schema} to ${declaredIn('proven')} and declare it in ${declaredIn('access')};`;
  return `Revoke it from ${grantees};${prove} or give ${JSON.stringify(line)} a reason in ${declaredIn('known')}.`;
}

const rank = (privilege: string): number => (ORDER.includes(privilege) ? ORDER.indexOf(privilege) : ORDER.length);

const sortedByPrivilege = (accesses: readonly Access[]): Access[] =>
  accesses.toSorted((one, other) => rank(one.open.privilege) - rank(other.open.privilege));
