import fc, { type Arbitrary } from 'fast-check';

/** A value as PostgreSQL reads it from text; null is NULL. */
export type Value = string | null;

/** What has ever been mistaken for something else on its way through SQL, COPY, JSON or a terminal. */
const remarkable = [
  ...[
    '',
    ' ',
    '  padded  ',
    '\n',
    '\r\n',
    '\t',
    "'",
    "''",
    '"',
    '\\',
    '\\N',
    '\\.',
    '\\x00',
    '$$',
    '$1',
    ':name',
    '--',
  ],
  ...[
    '/*',
    '%s',
    'null',
    'NULL',
    '{}',
    '[]',
    '{"a": 1}',
    'true',
    '0',
    '\u0001',
    '\u007F',
    '\u00A0',
    '\u200B',
    '\uFEFF',
  ],
  ...[
    '\u2028',
    '\u202Ertl',
    '\uFFFD',
    '\u{10FFFF}',
    'שלום עולם',
    'مرحبا بالعالم',
    'नमस्ते',
    '日本語',
    '한국어',
    'e\u0301',
    'é',
  ],
  ...['Z\u0351\u036B\u0343', '👩‍👩‍👧‍👦', '🇺🇳', 'İıſßẞ', 'ﬃ', 'pending', 'x'.repeat(300)],
];

/** Values of a megabyte: rows that do not fit a page, of text that compresses well and of text that does not. */
const large = [
  'x'.repeat(2 ** 20),
  Array.from({ length: 2 ** 16 }, (_, n) => `${(n * 2_654_435_761) % 2 ** 32}語🙂`).join(''),
];

const short = fc.oneof(
  { withCrossShrink: true },
  fc.string({ unit: 'grapheme-ascii', maxLength: 6 }),
  fc.string({ unit: 'binary', maxLength: 8 }).map((text) => text.replaceAll('\0', '\u0001')),
  fc.constantFrom(...remarkable),
);

/** Text in any script and of any length, as far as PostgreSQL can hold it: everything but NUL. */
export const text = fc.oneof(
  { withCrossShrink: true },
  { weight: 500, arbitrary: short },
  { weight: 1, arbitrary: fc.constantFrom(...large) },
);

/** Text that an index can hold. */
export const indexable = short;

/** `value`, and now and then nothing: in a column that may be null, or once was declared otherwise. */
export const orNull = (value: Arbitrary<string>, every = 6): Arbitrary<Value> =>
  fc.option(value, { nil: null, freq: every });

/** One of `first`, which is what is usual there, or anything else. */
export const oftenOf = (usual: readonly string[], otherwise: Arbitrary<string> = short): Arbitrary<string> =>
  fc.oneof(
    { withCrossShrink: true },
    { weight: 3, arbitrary: fc.constantFrom(...usual) },
    { weight: 1, arbitrary: otherwise },
  );

/** Moments from the first to the last that PostgreSQL knows, and the two that never come. */
export const moment = oftenOf(
  ['2024-02-29 12:00:00+00', '2025-06-01 00:00:00+00', '2025-06-01 00:00:00.000001+00'],
  fc.oneof(
    fc.constantFrom('-infinity', 'infinity', '4713-01-01 00:00:00+00 BC', '294276-12-31 23:59:59.999999+00', 'epoch'),
    fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true }).map((date) => date.toISOString()),
  ),
);

export const day = oftenOf(['2025-06-01'], fc.constantFrom('-infinity', 'infinity', '0001-01-01 BC', '5874897-12-31'));

/** Whole numbers of `bits` bits, the ends included. */
export function whole(bits: 32 | 64): Arbitrary<string> {
  const limit = 2n ** BigInt(bits - 1);
  return oftenOf(
    ['0', '1', '7', '-1', '101', String(limit - 1n), String(-limit)],
    fc.bigInt({ min: -limit, max: limit - 1n }).map(String),
  );
}

/** What `real` can hold: denormal, infinite, and no number at all. */
export const real = oftenOf(
  ['0', '1.5', '59.999', '-0', '-1', '1e-45', '3.4028235e38', '-3.4028235e38', 'NaN', 'Infinity', '-Infinity'],
  fc.float({ noNaN: true, noDefaultInfinity: true }).map(String),
);

export const truth = fc.constantFrom('true', 'false');

/** JSON of any nesting, with what only JSON's text can say: null itself, and numbers beyond every number type. */
export const json = oftenOf(
  ['null', '{}', '[]', '""', '1e400', '-1e-400', '123456789012345678901234567890.1230', '"\\ud83d\\ude42"'],
  fc
    .jsonValue({ maxDepth: 4, stringUnit: 'binary' })
    .map((value) => JSON.stringify(value).replaceAll('\\u0000', '\\u0001')),
);

/** What clients claim of themselves when they sign up. */
export const metadata = fc.oneof(
  { withCrossShrink: true },
  json,
  fc
    .record(
      {
        display_name: fc.oneof(short, fc.jsonValue({ maxDepth: 1 })),
        full_name: short,
        name: short,
        avatar_url: fc.constantFrom('https://example.com/a.png', 'javascript:alert(1)', ''),
      },
      { requiredKeys: [] },
    )
    .map((value) => JSON.stringify(value).replaceAll('\\u0000', '\\u0001')),
);

const DIMENSIONS = 1536;

/** A vector that is 0 but for one element, which may be huge, denormal, or beyond half precision. */
export const vector = fc
  .record({
    place: fc.constantFrom(0, 1, DIMENSIONS - 1),
    element: fc.constantFrom(
      '0',
      '1',
      '-0.5',
      '0.333333343',
      '-0',
      '1e-45',
      '6e-8',
      '65504',
      '65519',
      '65520',
      '-3.4028235e38',
    ),
  })
  .map(
    ({ place, element }) =>
      `[${Array.from({ length: DIMENSIONS }, (_, at) => (at === place ? element : '0')).join(',')}]`,
  );
