import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

/** Names of the types, interfaces and classes that a file defines at its top level. */
function typesIn(text: string): string[] {
  return [...text.matchAll(/^(?:export )?(?:abstract )?(?:interface|type|class) (\w+)/gm)].flatMap(
    ([, name]) => name ?? [],
  );
}

test.each(['src', 'packages/pglite-server/src'])('no name of a type is defined twice in %s', (folder) => {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const defined = files.flatMap((file) =>
    typesIn(readFileSync(join(folder, file), 'utf8')).map((name) => ({ name, file })),
  );
  const twice = [...Map.groupBy(defined, ({ name }) => name)].filter(([, own]) => own.length > 1);
  expect(defined.length).toBeGreaterThan(20);
  expect(twice.map(([name, own]) => `${name}: ${own.map(({ file }) => file).join(', ')}`)).toEqual([]);
});
