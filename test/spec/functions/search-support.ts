import type { App, Row } from './support.ts';

/** The two searches, with all of their parameters. */
export const inChannel = 'select * from public.search_transcript_chunks($1, $2, $3, $4)';
export const inAll = 'select * from public.search_all_transcript_chunks($1, $2, $3)';

/** The text of a vector of 1536 numbers that begins so; the rest are zeros. */
export const vector = (...start: readonly number[]): string =>
  `[${[...start, ...Array<number>(1536 - start.length).fill(0)].join(',')}]`;

/** Puts one transcript with these chunks into a channel. */
export async function write(app: App, channel: string, chunks: readonly Row[]): Promise<void> {
  const transcript = await app.transcript(channel);
  await app.as('service', 'select public.replace_transcript_chunks($1, $2)', [transcript, JSON.stringify(chunks)]);
}

/** Has a channel searched as the large ones are, whatever it holds. */
export async function enlarge(app: App, channel: string): Promise<void> {
  await app.sql('update public.channels set chunk_count = 1000000 where id = $1', [channel]);
}
