import { at } from '../clock.ts';
import { type EmbeddingSpace, embeddingSpace } from '../embeddings.ts';
import { channelKey, channelOf, chunksOf, videoKey } from '../layout.ts';
import { random } from '../random.ts';
import type { LegacyRows } from '../row.ts';
import type { Plan } from '../size.ts';
import { passage } from '../words.ts';
import { videoMinute } from './videos.ts';

export const chunkColumns = [
  'id',
  'video_id',
  'channel_id',
  'chunk_index',
  'text',
  'start_time',
  'end_time',
  'embedding',
  'embedding_status',
  'created_at',
  'updated_at',
] as const;

/** The passages of every video that has a transcript; one in twenty is not embedded yet. */
export function chunks(plan: Plan): LegacyRows {
  return {
    table: 'public.transcript_chunks',
    columns: chunkColumns,
    *rows() {
      const space = embeddingSpace(plan.seed);
      for (let video = 0; video < plan.size.videos; video++) {
        const count = chunksOf(plan, video);
        const keys = { video: videoKey(plan, video), channel: channelKey(plan, channelOf(plan, video)) };
        for (let chunk = 0; chunk < count; chunk++) yield chunkRow(plan, space, video, chunk, keys);
      }
    },
  };
}

/** One chunk; `keys` are the texts by which it names its video and channel. */
export function chunkRow(
  plan: Plan,
  space: EmbeddingSpace,
  video: number,
  chunk: number,
  keys: { video: string; channel: string },
) {
  const source = random(plan.seed, `chunk of ${video}`, chunk);
  const embedded = !source.chance(0.05);
  const start = chunk * 42.5 + source.between(0, 20) / 10;
  const created = at(videoMinute(video) + 1 + chunk / 100);
  return [
    chunkId(source),
    keys.video,
    keys.channel,
    String(chunk),
    passage(source, source.between(2, 5)),
    String(start),
    String(start + 42.25),
    embedded ? space.chunk(video, chunk) : null,
    embedded ? 'completed' : source.pick(['pending', 'failed', 'processing']),
    created,
    created,
  ];
}

/** Drawn from the chunk's own stream: at millions of rows a stream for each id would cost more than the id. */
function chunkId(source: ReturnType<typeof random>): string {
  const hex = (digits: number) => (source.bits() >>> (32 - digits * 4)).toString(16).padStart(digits, '0');
  const variant = (8 + (source.bits() & 3)).toString(16);
  return `${hex(8)}-${hex(4)}-4${hex(3)}-${variant}${hex(3)}-${hex(6)}${hex(6)}`;
}
