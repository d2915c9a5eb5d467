import type pg from 'pg';
import type { Query, SetName } from '../../src/plans/model.ts';

/** What a query's parameters were drawn as, by name; `caller` is the user who asks. */
export type Drawn = Readonly<Record<string, string | null>>;

/** Every value as the server writes it: it goes back as it came. */
const AS_TEXT = { getTypeParser: () => (value: unknown) => value } as unknown as pg.CustomTypesConfig;

/**
 * Draws the parameters of a query from the data, and beside them the texts by which the legacy database names the same
 * channels and videos.
 * @returns undefined when the data has nothing to draw, or the query no such set
 */
export async function draw(client: pg.Client, query: Query, set: SetName): Promise<Drawn | undefined> {
  const drawing = query.sets[set];
  if (drawing === undefined) return set === 'typical' && query.parameters.length === 0 ? {} : undefined;
  const { rows } = await client.query<Record<string, string | null>>({ text: drawing, types: AS_TEXT });
  const drawn = rows[0];
  return drawn && { ...drawn, ...(await legacyNames(client, drawn)) };
}

async function legacyNames(client: pg.Client, drawn: Drawn): Promise<Drawn> {
  const { rows } = await client.query<Record<string, string | null>>(
    `select (select youtube_channel_id from public.channels where id = $1) as channel_key,
            (select video.youtube_video_id from public.transcripts transcript
             join public.videos video on video.id = transcript.video_id where transcript.id = $2) as video_key`,
    [drawn.channel_id ?? null, drawn.transcript_id ?? null],
  );
  return rows[0] ?? {};
}
