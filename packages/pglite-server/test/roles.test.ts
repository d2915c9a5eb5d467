import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { mergeRoles } from '../src/cluster/merge-roles.ts';
import type { Roles } from '../src/cluster/roles.ts';
import { CatalogModel, type Operation, operation, touches } from './roles-model.ts';

const DATABASES = ['one', 'two', 'three'] as const;

/** One of the databases does something, or ends its transaction: then all databases get what it changed. */
const step = fc.record({
  database: fc.constantFrom(...DATABASES),
  does: fc.option(operation, { nil: 'commit' as const }),
});

/** What a database did since it last had what all have, and what others committed meanwhile. */
interface View {
  catalog: CatalogModel;
  base: CatalogModel;
  open: Operation[];
  meanwhile: Operation[];
}

/** Runs the steps in databases of their own, merging at each commit, and in one catalog, in the order of the commits. */
function run(steps: readonly { database: string; does: Operation | 'commit' }[]): {
  merged: Roles;
  plain: Roles;
  /** Whether two changed the same at the same time. */
  disputed: boolean;
} {
  const plain = new CatalogModel();
  for (const name of ['a', 'b', 'c']) plain.run({ kind: 'create', role: name });
  plain.run({ kind: 'grant', role: 'a', member: 'b', admin: false });
  let merged = plain.read();
  let disputed = false;
  const fresh = (): View => {
    const base = CatalogModel.of(merged);
    return { base, catalog: base.copy(), open: [], meanwhile: [] };
  };
  const views = new Map(DATABASES.map((name) => [name as string, fresh()]));
  const ends = DATABASES.map((database) => ({ database, does: 'commit' as const }));
  for (const { database, does } of [...steps, ...ends]) {
    const view = views.get(database) as View;
    if (does !== 'commit') {
      view.catalog.run(does);
      view.open.push(does);
      continue;
    }
    disputed ||= touches(view.open, view.meanwhile);
    const { base, catalog } = view;
    merged = mergeRoles({ from: base.read(), to: catalog.read(), kept: base.keptIn(catalog) }, merged);
    for (const each of view.open) plain.run(each);
    for (const other of views.values()) if (other !== view) other.meanwhile.push(...view.open);
    views.set(database, fresh());
  }
  return { merged: CatalogModel.of(merged).read(), plain: plain.read(), disputed };
}

test('what several databases do to roles at the same time is as in one catalog, unless two change the same', () => {
  let compared = 0;
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const { merged, plain, disputed } = run(steps);
      if (disputed) return;
      compared += 1;
      expect(merged).toEqual(plain);
    }),
    { numRuns: 3000 },
  );
  expect(compared).toBeGreaterThan(300);
});

test('whatever two change at the same time, each role has its name for itself, and members and groups exist', () => {
  let disputes = 0;
  fc.assert(
    fc.property(fc.array(step, { minLength: 4, maxLength: 20 }), (steps) => {
      const { merged, disputed } = run(steps);
      if (disputed) disputes += 1;
      const names = merged.roles.map(({ rolname }) => rolname);
      expect(new Set(names).size).toBe(names.length);
      for (const { role, member } of merged.memberships) expect(names).toEqual(expect.arrayContaining([role, member]));
    }),
    { numRuns: 3000 },
  );
  expect(disputes).toBeGreaterThan(300);
});

/** What is left after one database did `first`, and another did `then` before it saw that. */
function after(first: Operation[], then: Operation[]): { roles: string[]; memberships: string[] } {
  const of = (database: string, operations: readonly Operation[]) => operations.map((does) => ({ database, does }));
  const { merged } = run([
    ...of('one', first),
    ...of('two', then),
    { database: 'one', does: 'commit' },
    { database: 'two', does: 'commit' },
  ]);
  return {
    roles: merged.roles.map(({ rolname, rolcreatedb, rolconnlimit, settings }) =>
      [
        rolname,
        ...(rolcreatedb ? ['createdb'] : []),
        ...(rolconnlimit < 0 ? [] : [rolconnlimit]),
        ...(settings ?? []),
      ].join(' '),
    ),
    memberships: merged.memberships.map(({ role, member, admin }) => `${role} to ${member}${admin ? ' admin' : ''}`),
  };
}

const drop = (role: string): Operation => ({ kind: 'drop', role });
const rename = (role: string, to: string): Operation => ({ kind: 'rename', role, to });
const createdb = (role: string): Operation => ({ kind: 'createdb', role, on: true });
const limit = (role: string, to: number): Operation => ({ kind: 'limit', role, to });
const grant = (role: string, member: string, admin = false): Operation => ({ kind: 'grant', role, member, admin });

test.each<[string, Operation[], Operation[], string[], string[]]>([
  ['a change of a role that was dropped is skipped', [drop('c')], [createdb('c')], ['a', 'b'], ['a to b']],
  ['a change of a role that was renamed is skipped', [rename('c', 'd')], [createdb('c')], ['a', 'b', 'd'], ['a to b']],
  [
    'a change goes with a role that is renamed later',
    [createdb('b')],
    [rename('b', 'd')],
    ['a', 'c', 'd createdb'],
    ['a to d'],
  ],
  ['a role that was renamed is not renamed again', [rename('c', 'd')], [rename('c', 'e')], ['a', 'b', 'd'], ['a to b']],
  ['a role that was dropped is not renamed', [drop('b')], [rename('b', 'e')], ['a', 'c'], []],
  [
    'a name that is taken is given to no other role',
    [rename('b', 'd')],
    [rename('c', 'd')],
    ['a', 'c', 'd'],
    ['a to d'],
  ],
  [
    'two roles swap their names',
    [createdb('b')],
    [rename('b', 'd'), rename('c', 'b'), rename('d', 'c')],
    ['a', 'b', 'c createdb'],
    ['a to c'],
  ],
  [
    'of two that create a role, the first does',
    [{ kind: 'create', role: 'd' }, createdb('d')],
    [{ kind: 'create', role: 'd' }, limit('d', 3)],
    ['a', 'b', 'c', 'd createdb'],
    ['a to b'],
  ],
  [
    'two change different attributes of a role',
    [createdb('c')],
    [limit('c', 3)],
    ['a', 'b', 'c createdb 3'],
    ['a to b'],
  ],
  ['of one attribute the later change counts', [limit('c', 3)], [limit('c', 4)], ['a', 'b', 'c 4'], ['a to b']],
  [
    'a new option of a membership that was revoked is skipped',
    [{ kind: 'revoke', role: 'a', member: 'b' }],
    [grant('a', 'b', true)],
    ['a', 'b', 'c'],
    [],
  ],
  ['a grant to a role that was dropped is skipped', [drop('c')], [grant('a', 'c')], ['a', 'b'], ['a to b']],
  ['a grant of a role that was dropped is skipped', [drop('c')], [grant('c', 'b')], ['a', 'b'], ['a to b']],
  [
    'a role that is dropped later takes a grant meanwhile with it',
    [grant('a', 'c')],
    [drop('c')],
    ['a', 'b'],
    ['a to b'],
  ],
  [
    'a role that is created anew has no member of the one before',
    [grant('c', 'b')],
    [drop('c'), { kind: 'create', role: 'c' }],
    ['a', 'b', 'c'],
    ['a to b'],
  ],
  [
    'a setting of a role that was dropped is skipped',
    [drop('c')],
    [{ kind: 'set', role: 'c', name: 'x', value: '1' }],
    ['a', 'b'],
    ['a to b'],
  ],
  [
    'two change different settings of a role',
    [{ kind: 'set', role: 'c', name: 'x', value: '1' }],
    [{ kind: 'set', role: 'c', name: 'y', value: '2' }],
    ['a', 'b', 'c x=1 y=2'],
    ['a to b'],
  ],
])('%s', (_, first, then, roles, memberships) => {
  expect(after(first, then)).toEqual({ roles, memberships });
});

test('a membership in a role that every database has by itself is kept', () => {
  const [role] = CatalogModel.of({ roles: [], memberships: [] }).run({ kind: 'create', role: 'a' }).read().roles;
  const from: Roles = { roles: role ? [role] : [], memberships: [] };
  const monitor = { role: 'pg_monitor', member: 'a', admin: false, inherit: true, set: true };
  const change = { from, to: { ...from, memberships: [monitor] }, kept: [['a', 'a'] as const] };
  expect(mergeRoles(change, from).memberships).toEqual([monitor]);
});
