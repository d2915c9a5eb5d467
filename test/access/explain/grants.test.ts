import { expect, test } from '@jest/globals';
import { grantsFor, rowSecurityFor, waysFrom } from '../../../src/access/explain/grants.ts';
import type { Grant } from '../../../src/catalog/grants.ts';
import type { Relation } from '../../../src/catalog/relations.ts';
import type { DatabaseRole, RoleMembership } from '../../../src/catalog/roles.ts';

const role = (name: string, changes: Partial<DatabaseRole> = {}): DatabaseRole =>
  ({ name, superuser: false, bypassRowSecurity: false, ...changes }) as DatabaseRole;
const member = (name: string, group: string, inherit = true): RoleMembership =>
  ({ member: name, role: group, inherit }) as RoleMembership;
const grant = (grantee: string, changes: Partial<Grant> = {}): Grant =>
  ({
    kind: 'table',
    object: 'app.notes',
    column: null,
    privilege: 'SELECT',
    grantee,
    toOwner: false,
    ...changes,
  }) as Grant;
const notes = {
  id: 'app.notes',
  kind: 'table',
  owner: 'maker',
  rowSecurity: true,
  forceRowSecurity: false,
} as Relation;

test('privileges come by memberships that inherit, directly or not, and by public', () => {
  const memberships = [member('a', 'b'), member('b', 'c'), member('a', 'd', false), member('c', 'a')];
  expect([...waysFrom('a', memberships)]).toEqual([
    ['a', ['a']],
    ['b', ['a', 'b']],
    ['c', ['a', 'b', 'c']],
    ['public', ['a', 'public']],
  ]);
});

test('a privilege comes from a grant, from being a superuser or the owner, or from a predefined role', () => {
  const sources = (name: string, grants: Grant[], memberships: RoleMembership[] = []) =>
    grantsFor(name, 'select', notes, {
      grants,
      memberships,
      roles: [role('a'), role('root', { superuser: true })],
    }).map(({ through, without, columns }) => [through.join(' '), without, columns]);
  expect(sources('a', [grant('b'), grant('a', { privilege: 'INSERT' })])).toEqual([]);
  expect(sources('a', [grant('public')])).toEqual([['a public', null, null]]);
  expect(
    sources('a', [grant('a', { kind: 'column', column: 'id' }), grant('a', { kind: 'column', column: 'body' })]),
  ).toEqual([['a', null, ['id', 'body']]]);
  expect(sources('maker', [grant('maker', { toOwner: true })])).toEqual([['maker', 'owner', null]]);
  expect(sources('root', [])).toEqual([['root', 'superuser', null]]);
  expect(sources('a', [], [member('a', 'pg_read_all_data')])).toEqual([
    ['a pg_read_all_data', 'pg_read_all_data', null],
  ]);
});

test('policies hold for nobody who is a superuser, has BYPASSRLS, or owns the table without FORCE', () => {
  const roles = [
    role('a'),
    role('root', { superuser: true }),
    role('free', { bypassRowSecurity: true }),
    role('maker'),
  ];
  const state = (name: string, changes: Partial<Relation> = {}, memberships: RoleMembership[] = []) =>
    rowSecurityFor(name, { ...notes, ...changes }, { roles, memberships }).state;
  expect(['a', 'root', 'free', 'maker'].map((name) => state(name))).toEqual([
    'applies',
    'bypassed',
    'bypassed',
    'bypassed',
  ]);
  expect(state('a', {}, [member('a', 'maker')])).toBe('bypassed');
  // No member inherits the attributes of a role.
  expect(state('a', {}, [member('a', 'free'), member('a', 'root')])).toBe('applies');
  expect(['a', 'root', 'maker'].map((name) => state(name, { forceRowSecurity: true }))).toEqual([
    'applies',
    'bypassed',
    'applies',
  ]);
  expect(state('a', { rowSecurity: false })).toBe('off');
});
