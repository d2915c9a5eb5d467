import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

test('every error that leaves rolecall is a UserError: of those that are not, each is caught by the room that throws it', () => {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const classes = files.flatMap((file) =>
    [...readFileSync(join('src', file), 'utf8').matchAll(/^(?:export )?class (\w+) extends (\w*Error)\b/gm)].map(
      ([, name = '', base = '']) => ({ name, base }),
    ),
  );
  const named = new Map(classes.map(({ name, base }) => [name, base]));
  const isForPeople = (name: string): boolean =>
    name === 'UserError' || (named.has(name) && isForPeople(named.get(name) ?? ''));
  const others = classes.filter(({ name, base }) => name !== 'UserError' && !isForPeople(base));
  expect(classes.length).toBeGreaterThan(12);
  expect(others.map(({ name }) => name).sort()).toEqual(['StatementError', 'TruncatedDump']);
});
