import { at, day } from '../clock.ts';
import { channelKey, userId } from '../layout.ts';
import { random, uuid } from '../random.ts';
import type { LegacyRows } from '../row.ts';
import type { Plan } from '../size.ts';

/** Plan and counters, one row a user: every third has the pro plan. */
export function usage(plan: Plan): LegacyRows {
  return {
    table: 'public.user_usage',
    columns: [
      'id',
      'user_id',
      'plan_type',
      'messages_sent_today',
      'last_message_date',
      'creators_added',
      'videos_indexed',
      'created_at',
      'updated_at',
    ],
    *rows() {
      for (let user = 0; user < plan.size.users; user++) {
        const source = random(plan.seed, 'usage', user);
        const pro = user % 3 === 1;
        yield [
          uuid(plan.seed, 'usage', user),
          userId(plan, user),
          pro ? 'pro' : 'free',
          String(source.between(0, pro ? 500 : 18)),
          day(60 + (user % 5)),
          String(Math.min(plan.size.followsPerUser, pro ? 25 : 2)),
          String(source.between(0, 40)),
          at(user * 7),
          at(50_000 + user),
        ];
      }
    },
  };
}

/** How often strangers asked public channels. */
export function publicLimits(plan: Plan): LegacyRows {
  return {
    table: 'public.public_chat_limits',
    columns: ['id', 'identifier', 'channel_id', 'messages_today', 'last_reset_at', 'created_at'],
    *rows() {
      const publicChannels = Math.ceil(plan.size.channels / 2);
      for (let limit = 0; limit < plan.size.publicLimits; limit++) {
        const source = random(plan.seed, 'public limit', limit);
        const identifier =
          limit % 3 === 0 ? `203.0.113.${limit % 250}/${limit}` : `fp_${source.bits().toString(16)}_${limit}`;
        yield [
          uuid(plan.seed, 'public limit', limit),
          identifier,
          channelKey(plan, 2 * (limit % publicChannels)),
          String(source.between(0, 5)),
          // Around midnight, where the day depends on the time zone.
          at(70 * 1_440 + limit * 7 - 20),
          at(60 * 1_440 + limit),
        ];
      }
    },
  };
}

const services = ['chat', 'ingest-channel', 'extract-transcripts', 'embed-chunks'] as const;

/** What the edge functions reported. */
export function errorLogs(plan: Plan): LegacyRows {
  return {
    table: 'public.error_logs',
    columns: ['id', 'service', 'error_message', 'error_details', 'created_at'],
    *rows() {
      for (let error = 0; error < plan.size.errorLogs; error++) {
        const source = random(plan.seed, 'error', error);
        yield [
          uuid(plan.seed, 'error', error),
          services[error % services.length] as string,
          source.pick(['fetch failed: 429', 'timeout after 30s', 'invalid caption track\nat line 3', 'quotaExceeded']),
          source.chance(0.7) ? JSON.stringify({ attempt: source.between(1, 5), stack: 'Error\\n  at run' }) : null,
          error < plan.orphans ? null : at(45_000 + error * 13),
        ];
      }
    },
  };
}
