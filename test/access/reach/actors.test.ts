// Which roles a client can become.
import { expect, test } from '@jest/globals';
import { actorsOf } from '../../../src/access/reach/roles.ts';
import type { RoleMembership } from '../../../src/catalog/roles.ts';

const membership = (member: string, role: string, options: Partial<RoleMembership>): RoleMembership =>
  ({ member, role, inherit: false, set: false, admin: false, ...options }) as RoleMembership;
const rolesOf = (...memberships: RoleMembership[]): string[] =>
  actorsOf([{ role: 'client', names: ['ann'] }], memberships).map(({ role }) => role);

test('a client becomes the roles that SET and ADMIN allow, and no other', () => {
  expect(rolesOf(membership('client', 'a', { set: true }), membership('a', 'b', { admin: true }))).toEqual([
    'client',
    'a',
    'b',
  ]);
  expect(rolesOf(membership('client', 'a', { inherit: true }), membership('a', 'b', { set: true }))).toEqual([
    'client',
  ]);
});

test('ADMIN OPTION of a group is had by its members, who cannot become the group itself', () => {
  expect(rolesOf(membership('client', 'a', { inherit: true }), membership('a', 'b', { admin: true }))).toEqual([
    'client',
    'b',
  ]);
});
