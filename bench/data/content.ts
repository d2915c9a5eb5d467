import { at } from '../../spec/legacy/clock.ts';
import { channelKey, videoKey } from '../../spec/legacy/layout.ts';
import { random, uuid } from '../../spec/legacy/random.ts';
import type { LegacyRows } from '../../spec/legacy/row.ts';
import { chunkColumns } from '../../spec/legacy/rows/chunks.ts';
import { videoColumns, videoMinute, videoRow } from '../../spec/legacy/rows/videos.ts';
import { passage } from '../../spec/legacy/words.ts';
import { binary, binaryHeader, binaryRow, binaryTrailer } from './binary-copy.ts';
import { chunksPerVideo, type Scale, type VideoPlace } from './scale.ts';
import { vectorSpace } from './vectors.ts';

/** The videos; those without a transcript wait for one. */
export function videos({ plan }: Scale, places: readonly VideoPlace[]): LegacyRows {
  return {
    table: 'public.videos',
    columns: videoColumns,
    *rows() {
      for (const { video, channel, transcribed } of places) {
        yield videoRow(plan, video, {
          key: videoKey(plan, video),
          channel: channelKey(plan, channel),
          status: transcribed ? 'completed' : 'pending',
          created: at(videoMinute(video)),
        });
      }
    },
  };
}

/** The chunks of all transcripts, all embedded, as COPY's binary format. */
export const chunks = {
  table: 'public.transcript_chunks',
  columns: chunkColumns,
  *pieces({ plan }: Scale, places: readonly VideoPlace[]): Iterable<Buffer> {
    const space = vectorSpace(plan.seed);
    yield binaryHeader;
    for (const { video, channel, transcribed } of places) {
      if (!transcribed) continue;
      const [videoText, channelText] = [binary.text(videoKey(plan, video)), binary.text(channelKey(plan, channel))];
      const created = binary.timestamptz(at(videoMinute(video) + 1));
      for (let chunk = 0; chunk < chunksPerVideo; chunk++) {
        const source = random(plan.seed, `chunk of ${video}`, chunk);
        yield binaryRow([
          binary.uuid(chunkId(plan.seed, video, chunk)),
          videoText,
          channelText,
          binary.int4(chunk),
          binary.text(passage(source, 4)),
          binary.float4(chunk * 42.5),
          binary.float4(chunk * 42.5 + 42.25),
          binary.vector(space.chunk(channel, video, chunk)),
          COMPLETED,
          created,
          created,
        ]);
      }
    }
    yield binaryTrailer;
  },
};

const COMPLETED = binary.text('completed');

/** The id of one chunk. */
export function chunkId(seed: number, video: number, chunk: number): string {
  return uuid(seed, 'chunk', video * chunksPerVideo + chunk);
}
