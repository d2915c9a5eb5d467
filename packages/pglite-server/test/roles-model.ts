import fc from 'fast-check';
import type { Membership, Role, Roles } from '../src/cluster/roles.ts';

/** A statement about roles. One that PostgreSQL would refuse does nothing. */
export type Operation =
  | { kind: 'create' | 'drop'; role: string }
  | { kind: 'rename'; role: string; to: string }
  | { kind: 'createdb'; role: string; on: boolean }
  | { kind: 'limit'; role: string; to: number }
  | { kind: 'set'; role: string; name: string; value: string | null }
  | { kind: 'grant'; role: string; member: string; admin: boolean }
  | { kind: 'revoke'; role: string; member: string };

const role = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h');

/** Any statement about any of eight roles, of which three are there at first. */
export const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({ kind: fc.constantFrom('create' as const, 'drop' as const), role }),
  fc.record({ kind: fc.constant('rename' as const), role, to: role }),
  fc.record({ kind: fc.constant('createdb' as const), role, on: fc.boolean() }),
  fc.record({ kind: fc.constant('limit' as const), role, to: fc.nat(3) }),
  fc.record({
    kind: fc.constant('set' as const),
    role,
    name: fc.constantFrom('x', 'y'),
    value: fc.option(fc.constantFrom('1', '2')),
  }),
  fc.record({ kind: fc.constant('grant' as const), role, member: role, admin: fc.boolean() }),
  fc.record({ kind: fc.constant('revoke' as const), role, member: role }),
);

/** What a statement changes, and the roles by whose names it goes. */
function changesOf(one: Operation): { changes: string[]; names: string[] } {
  if (one.kind === 'create' || one.kind === 'drop') return { changes: [one.role], names: [] };
  if (one.kind === 'rename') return { changes: [one.role, one.to], names: [] };
  if (one.kind === 'grant' || one.kind === 'revoke')
    return { changes: [`${one.role} to ${one.member}`], names: [one.role, one.member] };
  return { changes: [`${one.kind} ${'name' in one ? one.name : ''} of ${one.role}`], names: [one.role] };
}

/** Whether statements of both change the same, or one creates, drops or renames a role that the other names. */
export function touches(some: readonly Operation[], others: readonly Operation[]): boolean {
  return some.some((one) =>
    others.some((other) => {
      const [mine, theirs] = [changesOf(one), changesOf(other)];
      return (
        mine.changes.some((each) => theirs.changes.includes(each) || theirs.names.includes(each)) ||
        mine.names.some((each) => theirs.changes.includes(each))
      );
    }),
  );
}

/** The roles of one catalog, by numbers, as PostgreSQL has them. */
export class CatalogModel {
  #roles = new Map<number, Role>();
  #memberships: { role: number; member: number; admin: boolean }[] = [];
  #next = 1;

  static of({ roles, memberships }: Roles): CatalogModel {
    const model = new CatalogModel();
    for (const one of roles) model.#roles.set(model.#next++, one);
    for (const { role, member, admin } of memberships)
      model.#memberships.push({ role: model.#numberOf(role) ?? 0, member: model.#numberOf(member) ?? 0, admin });
    return model;
  }

  copy(): CatalogModel {
    const model = new CatalogModel();
    model.#roles = new Map(this.#roles);
    model.#memberships = [...this.#memberships];
    model.#next = this.#next;
    return model;
  }

  run(does: Operation): this {
    const number = this.#numberOf(does.role);
    if (does.kind === 'create') {
      if (number === undefined) this.#roles.set(this.#next++, newRole(does.role));
      return this;
    }
    if (number === undefined) return this;
    const own = this.#roles.get(number) as Role;
    if (does.kind === 'drop') {
      this.#roles.delete(number);
      this.#memberships = this.#memberships.filter((one) => one.role !== number && one.member !== number);
    } else if (does.kind === 'rename') {
      if (this.#numberOf(does.to) === undefined) this.#roles.set(number, { ...own, rolname: does.to });
    } else if (does.kind === 'createdb') this.#roles.set(number, { ...own, rolcreatedb: does.on });
    else if (does.kind === 'limit') this.#roles.set(number, { ...own, rolconnlimit: does.to });
    else if (does.kind === 'set') {
      const others = (own.settings ?? []).filter((text) => !text.startsWith(`${does.name}=`));
      const settings = does.value === null ? others : [...others, `${does.name}=${does.value}`];
      this.#roles.set(number, { ...own, settings: settings.length > 0 ? settings : null });
    } else if ('member' in does) this.#changeMembership(number, does);
    return this;
  }

  #changeMembership(role: number, does: Extract<Operation, { member: string }>): void {
    const member = this.#numberOf(does.member);
    if (member === undefined || member === role) return;
    const others = this.#memberships.filter((one) => one.role !== role || one.member !== member);
    this.#memberships = does.kind === 'revoke' ? others : [...others, { role, member, admin: does.admin }];
  }

  read(): Roles {
    const name = (number: number): string => this.#roles.get(number)?.rolname ?? '';
    const memberships = this.#memberships.map(
      ({ role, member, admin }): Membership => ({
        role: name(role),
        member: name(member),
        admin,
        inherit: true,
        set: true,
      }),
    );
    return {
      roles: [...this.#roles.values()].map(inOrder).sort((one, other) => (one.rolname < other.rolname ? -1 : 1)),
      memberships: memberships.sort((one, other) => (one.role + one.member < other.role + other.member ? -1 : 1)),
    };
  }

  /** The names here and there of the roles that are still there. */
  keptIn(later: CatalogModel): (readonly [string, string])[] {
    return [...this.#roles].flatMap(([number, { rolname }]): (readonly [string, string])[] => {
      const now = later.#roles.get(number)?.rolname;
      return now === undefined ? [] : [[rolname, now]];
    });
  }

  #numberOf(name: string): number | undefined {
    return [...this.#roles].find(([, { rolname }]) => rolname === name)?.[0];
  }
}

/** The order of settings means nothing. */
const inOrder = (one: Role): Role => ({ ...one, settings: one.settings && [...one.settings].sort() });

const newRole = (rolname: string): Role => ({
  rolname,
  rolsuper: false,
  rolinherit: true,
  rolcreaterole: false,
  rolcreatedb: false,
  rolcanlogin: false,
  rolreplication: false,
  rolbypassrls: false,
  rolconnlimit: -1,
  rolpassword: null,
  rolvaliduntil: null,
  settings: null,
});
