import { at } from '../clock.ts';
import { channelKey, channelUuid } from '../layout.ts';
import { random } from '../random.ts';
import type { LegacyRows } from '../row.ts';
import type { Plan } from '../size.ts';
import { title } from '../words.ts';

const statuses = ['completed', 'partial', 'pending', 'extracting', 'failed', 'no_captions', 'processing'] as const;
const modes = ['latest', 'all', 'oldest'] as const;

/** The channels: all statuses and modes in turn, every second one public. */
export function channels(plan: Plan): LegacyRows {
  return {
    table: 'public.channels',
    columns: [
      'id',
      'channel_id',
      'channel_name',
      'channel_url',
      'avatar_url',
      'subscriber_count',
      'indexed_videos',
      'total_videos',
      'ingestion_status',
      'ingestion_progress',
      'ingestion_method',
      'error_message',
      'last_indexed_at',
      'ingest_videos',
      'ingest_shorts',
      'ingest_lives',
      'video_import_mode',
      'video_import_limit',
      'public_slug',
      'uploads_playlist_id',
      'created_at',
      'updated_at',
    ],
    *rows() {
      for (let channel = 0; channel < plan.size.channels; channel++) yield row(plan, channel);
    },
  };
}

function row(plan: Plan, channel: number) {
  const source = random(plan.seed, 'channel', channel);
  const key = channelKey(plan, channel);
  const status = statuses[channel % statuses.length] as string;
  const total = source.between(10, 900);
  const created = channel * 90 + source.between(0, 60);
  return [
    channelUuid(plan, channel),
    key,
    title(source),
    `https://www.youtube.com/channel/${key}`,
    source.chance(0.8) ? `https://yt3.ggpht.com/${key}=s240` : null,
    source.chance(0.9) ? `${source.between(1, 99)}.${source.between(0, 9)}K` : null,
    String(Math.min(total, source.between(0, 100))),
    String(total),
    status,
    String(status === 'completed' ? 100 : source.between(0, 99)),
    source.chance(0.5) ? 'youtube_api' : null,
    status === 'failed' ? 'quotaExceeded: the request cannot be completed' : null,
    status === 'pending' ? null : at(created + 300),
    'true',
    String(source.chance(0.7)),
    String(source.chance(0.5)),
    modes[channel % modes.length] as string,
    source.chance(0.5) ? String(source.between(5, 100)) : null,
    channel % 2 === 0 ? `channel-${channel}` : null,
    source.chance(0.8) ? `UU${key.slice(2)}` : null,
    at(created),
    at(created + 300),
  ];
}
