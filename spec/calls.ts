import type { Calls } from '../src/index.ts';
import { people } from './people.ts';
import { world } from './world.ts';

const followed = world.find(({ table }) => table === 'public.user_creators')?.values.channel_id ?? null;

const quota = [people.owner];
const request = ['a key', 'an operation', 'a hash', people.owner, 60, 86_400];
const publication = [followed, 'a-slug'];

/** Arguments for functions whose answer to who may call them depends on the arguments. */
export const calls: Calls = {
  'public.consume_message_quota': quota,
  'private.consume_message_quota': quota,
  'public.begin_request': request,
  'private.begin_request': request,
  'public.publish_channel': publication,
  'private.publish_channel': publication,
};
