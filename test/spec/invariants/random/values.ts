import type { Random } from '../../../../spec/legacy/random.ts';

/** The type of a column or parameter, as far as a value is drawn by it. */
export interface DrawnType {
  /** As format_type gives it, without a modifier. */
  readonly type: string;
  readonly labels: readonly string[] | null;
}

const DIMENSIONS = 1536;
const TEXTS = [
  'a question',
  'Why?',
  'ä ö ü',
  '%',
  "it's",
  '\\',
  '   ',
  '',
  'x'.repeat(300),
  'https://example.com/a.png',
  'admin',
  'a-slug',
  'slug-2',
  'slug-3',
  'slug-4',
  '127.0.0.1',
  'pipeline',
  'key-1',
  'key-2',
  'key-3',
  'hash-1',
  'hash-2',
  'チャンネル',
  '\u200b',
  '-1',
];
const NUMBERS = ['0', '1', '2', '3', '5', '18', '60', '100', '86400', '-1', '2147483647'];
const JSONS = ['{}', '[]', 'null', '[{"text": "said", "chunk_id": 1}]', '{"answer": "yes"}', '"text"', '7'];
const INTERVALS = ['-2 days', '-1 hour', '-1 second', '0', '1 second', '1 hour', '2 days', '40 days'];
const NOBODY = '00000000-0000-4000-8000-fffffffffffc';

/** A value of a type alone, as text; undefined of a type of which none is drawn. */
export function drawnValue({ type, labels }: DrawnType, random: Random): string | undefined {
  if (labels && labels.length > 0) return random.pick(labels);
  switch (type) {
    case 'uuid':
      return NOBODY;
    case 'text':
      return random.pick(TEXTS);
    case 'integer':
    case 'bigint':
      return random.pick(NUMBERS);
    case 'real':
    case 'double precision':
      return random.pick(['0', '0.5', '1', '12.5', '-1']);
    case 'boolean':
      return random.pick(['true', 'false']);
    case 'json':
    case 'jsonb':
      return random.pick(JSONS);
    case 'date':
      return new Date(Date.now() + random.between(-3, 3) * 86_400_000).toISOString().slice(0, 10);
    case 'timestamp with time zone':
      return new Date(Date.now() + random.between(-3, 0) * random.pick([1000, 86_400_000])).toISOString();
    case 'interval':
      return random.pick(INTERVALS);
    case 'extensions.halfvec':
    case 'extensions.vector':
      return vectorOf(random);
    default:
      return undefined;
  }
}

/** A direction that few others have. */
export function vectorOf(random: Random): string {
  const at = random.between(0, DIMENSIONS - 1);
  return `[${Array.from({ length: DIMENSIONS }, (_, place) => (place === at ? 1 : 0.01)).join(',')}]`;
}

/** A document of chunks, as replace_transcript_chunks takes it; mostly a good one. */
export function chunksOf(random: Random): string {
  const chunks = Array.from({ length: random.between(0, 4) }, (_, place) => ({
    text: `passage ${place}`,
    start_time: place,
    ...(random.chance(0.3) ? { embedding: JSON.parse(vectorOf(random)) as number[] } : {}),
    ...(random.chance(0.05) ? { chunk_index: random.between(-1, 2) } : {}),
  }));
  return JSON.stringify(chunks);
}
