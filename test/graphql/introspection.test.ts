// The answer of the database is given to each role with its own name, and nothing else in it changes.
import { expect, test } from '@jest/globals';
import { withCurrentUser } from '../../src/graphql/introspection.ts';

test('only the current user changes, whatever the role is called', () => {
  const answer =
    '{"roles" : [{"rolname":"postgres","current_user":"postgres"}], "current_user" : "post\\"gres", "v" : 1}';
  expect(JSON.parse(withCurrentUser(answer, 'a $& "role"'))).toEqual({
    ...JSON.parse(answer),
    current_user: 'a $& "role"',
  });
});

test('an answer of another shape is refused', () => {
  expect(() => withCurrentUser('{}', 'anon')).toThrow('names the current user 0 times');
});
