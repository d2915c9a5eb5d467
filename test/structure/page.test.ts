import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import config from '../../rolecall.config.ts';
import { readCatalog } from '../../src/catalog/catalog.ts';
import { structureScope } from '../../src/proof/prove.ts';
import { OBJECT_KINDS, PART_KINDS, PROPERTY_NAMES, type Property } from '../../src/structure/model.ts';
import { structurePage } from '../../src/structure/read.ts';
import { parse, render } from '../../src/structure/text.ts';
import { migratedDatabase } from '../support/migrated.ts';
import { openShop, type Shop } from './support.ts';

let shop: Shop;

beforeAll(async () => {
  shop = await openShop();
});

afterAll(() => shop.drop());

/** Texts with everything that means something in the page: separators, quotes, breaks, blanks, fences. */
const words = fc.array(
  fc.constantFrom(
    'a',
    'é',
    ' ',
    '  ',
    '; ',
    ': ',
    "'",
    '"',
    '(',
    ')',
    '$$',
    '--',
    '/*',
    '\n',
    '\n    ',
    '```',
    '#',
    '\\',
    'comment x',
    'x'.repeat(50),
  ),
  { maxLength: 30 },
);
const value = words.map((all) => all.join('').trim()).filter((text) => text !== '');
const quoted = words.map((all) => `"${all.join('').replaceAll('\n', ' ').replaceAll('"', '""')}x"`);
const property: fc.Arbitrary<Property> = fc.record({
  name: fc.constantFrom(...PROPERTY_NAMES),
  value: fc.option(value, { nil: null }),
});
const properties = fc.uniqueArray(property, { maxLength: 6, selector: ({ name }) => name });
/** A name whose value begins with the rest of a longer name would be that one: no describer makes such a value. */
const unambiguous = ({ name, value: text }: Property): boolean =>
  !PROPERTY_NAMES.some(
    (longer) => longer !== name && longer.startsWith(`${name} `) && `${name} ${text}`.startsWith(longer),
  );
const parts = fc.array(
  fc.record({ kind: fc.constantFrom(...PART_KINDS.filter((kind) => kind !== 'grant to')), name: quoted, properties }),
  { maxLength: 12 },
);
const objects = fc.array(
  fc.record({
    kind: fc.constantFrom(...OBJECT_KINDS.filter((kind) => kind !== 'other')),
    name: quoted,
    properties,
    parts,
  }),
  { maxLength: 8 },
);

test('what is written is what is read back, whatever names and values hold', () => {
  fc.assert(
    fc.property(objects, (all) => {
      fc.pre(all.every((one) => [one, ...one.parts].every((item) => item.properties.every(unambiguous))));
      expect(parse(render(all, '# A page\n\ncomment: none'))).toEqual(all);
    }),
  );
});

test('a page of one of each kind is read back as it was described', async () => {
  const described = await shop.describe();
  expect(parse(render(described, ''))).toEqual(described);
  expect(new Set(described.map(({ kind }) => kind)).size).toBeGreaterThan(20);
});

test('the values of what may be secret are not in the page', async () => {
  const page = render(await shop.describe(), '');
  expect(page).not.toContain('hidden');
  expect(page).toContain('option names user, password');
  expect(page).toContain('secret options password');
});

test('this project’s page is the same on every server, and says what the migrations made', async () => {
  const database = await migratedDatabase();
  try {
    const scope = structureScope(config);
    const page = await structurePage(await readCatalog(database.client, { schemas: scope.schemas, rest: true }), scope);
    const checkedIn = await readFile('snapshots/structure.md', 'utf8');
    expect(page).toBe(checkedIn);
  } finally {
    await database.drop();
  }
});
