// A public address is had by standing, not by haste; it is no trap, and what was taken down stays down.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { onRealServer } from '../../support/databases.ts';
import { type App, type Caller, freshApp, together } from '../functions/support.ts';

let app: App;
let admin: Caller;
let moderator: Caller;
beforeAll(async () => {
  app = await freshApp();
  admin = { user: await app.user('admin') };
  moderator = { user: await app.user('moderator') };
});
afterAll(() => app?.drop());

const PUBLISH = 'select (public.publish_channel($1, $2)).public_slug';
const UNPUBLISH = 'select (public.unpublish_channel($1)).public_slug';
const FOLLOW = 'insert into public.user_creators (user_id, channel_id) values ($1, $2)';
const UNFOLLOW = 'delete from public.user_creators where user_id = $1 and channel_id = $2';
let slugs = 0;
const slug = (): string => `standing-${++slugs}`;

/** Lets so much time pass for who follows. */
const wait = (user: string, time: string) =>
  app.sql('update public.user_creators set added_at = added_at - $2::interval where user_id = $1', [user, time]);

/** A user who has followed a new channel for long enough. */
async function follower(values: Record<string, unknown> = {}): Promise<{ user: string; channel: string }> {
  const [user, channel] = [await app.user(), await app.channel(values)];
  await app.as({ user }, FOLLOW, [user, channel]);
  await wait(user, '1 day');
  return { user, channel };
}

/** The channel as it comes back when it was deleted: another row of the same YouTube channel. */
async function addedAgain(channel: string): Promise<string> {
  const [row] = await app.sql('delete from public.channels where id = $1 returning youtube_channel_id', [channel]);
  return app.channel({ youtube_channel_id: row?.youtube_channel_id });
}

describe('following for a moment', () => {
  test('is no standing: of many channels followed, published and unfollowed, none becomes public', async () => {
    const user = await app.user();
    for (const channel of await app.channels(8)) {
      await app.as({ user }, FOLLOW, [user, channel]);
      expect(await app.failure({ user }, PUBLISH, [channel, slug()])).toMatchObject({
        code: '42501',
        error: 'new_follower',
      });
      await app.as({ user }, UNFOLLOW, [user, channel]);
    }
  });

  test('is no standing in one transaction, nor a minute before the day is over, and then it is', async () => {
    const [user, channel] = [await app.user(), await app.channel()];
    const attempt = `with followed as (${FOLLOW} returning channel_id) select (public.publish_channel(channel_id, $3)).id from followed`;
    await expect(app.as({ user }, attempt, [user, channel, slug()])).rejects.toMatchObject({ code: '42501' });
    await app.as({ user }, FOLLOW, [user, channel]);
    await wait(user, '23 hours 59 minutes');
    expect(await app.failure({ user }, PUBLISH, [channel, slug()])).toMatchObject({ error: 'new_follower' });
    await wait(user, '1 minute');
    const given = slug();
    expect(await app.as({ user }, PUBLISH, [channel, given])).toEqual([{ public_slug: given }]);
  });

  test.each([
    ['the table', 'insert into public.user_creators (channel_id, added_at) values ($1, $2)'],
    [
      'the old API',
      'insert into legacy_api.user_creators (user_id, channel_id, created_at) values (auth.uid(), $1, $2)',
    ],
  ])('is no standing with a time of one’s own, through %s', async (_, statement) => {
    for (const time of ['2020-01-01', '-infinity', 'infinity']) {
      const [user, channel] = [await app.user(), await app.channel()];
      await app.as({ user }, statement, [channel, time]);
      expect(await app.failure({ user }, PUBLISH, [channel, slug()])).toMatchObject({ error: 'new_follower' });
    }
  });

  test('unfollowing and following again begins anew', async () => {
    const { user, channel } = await follower();
    await app.as({ user }, UNFOLLOW, [user, channel]);
    await app.as({ user }, FOLLOW, [user, channel]);
    expect(await app.failure({ user }, PUBLISH, [channel, slug()])).toMatchObject({ error: 'new_follower' });
  });
});

describe('how many channels a user publishes', () => {
  test('is what the plan lets them follow, also when they unfollow, and when pages are taken down or deleted', async () => {
    const { user, channel } = await follower();
    await app.as({ user }, PUBLISH, [channel, slug()]);
    await app.as(moderator, UNPUBLISH, [channel]);
    await app.as({ user }, UNFOLLOW, [user, channel]);
    const [second, third] = await app.channels(2);
    await app.sql(`insert into public.user_creators (user_id, channel_id, added_at) values ($1, $2, '2020-01-01')`, [
      user,
      second,
    ]);
    await app.as({ user }, PUBLISH, [second, slug()]);
    await app.sql('delete from public.channels where id = $1', [second]);
    await app.sql(`insert into public.user_creators (user_id, channel_id, added_at) values ($1, $2, '2020-01-01')`, [
      user,
      third,
    ]);
    expect(await app.failure({ user }, PUBLISH, [third, slug()])).toMatchObject({
      code: 'PT402',
      error: 'publications_limit',
      detail: { limit: 2, plan: 'free' },
    });
    await app.plan({ creators: 3 }, user);
    await app.as({ user }, PUBLISH, [third, slug()]);
  });

  onRealServer('holds for one user who publishes ten at once', async () => {
    const user = await app.user();
    const channels = await app.channels(10);
    await app.plan({ creators: 10 }, user);
    await app.sql(
      `insert into public.user_creators (user_id, channel_id, added_at) select $1, unnest($2::uuid[]), '2020-01-01'`,
      [user, channels],
    );
    await app.plan({ creators: 2 }, user);
    const codes = await together(app, 10, { user }, (session, index) =>
      session.query(PUBLISH, [channels[index], slug()]).then(
        () => 'published',
        ({ code }) => code as string,
      ),
    );
    expect(codes.toSorted()).toEqual([...Array(8).fill('PT402'), 'published', 'published']);
  });
});

describe('an address that would deceive', () => {
  const REFUSED = [
    'admin',
    'login',
    'api',
    'www',
    'support',
    'channelchat',
    'null',
    'undefined',
    'robots',
    'well-known',
    // The same to people.
    'adm1n',
    'ad-min',
    'a-d-m-i-n',
    '1ogin',
    'log-in',
    'l0g1n',
    'rnoderator',
    'supp0rt',
    'channe1chat',
    // The app's own name, with something that people trust beside it.
    'channelchat-support',
    'official-channelchat',
    'my-chann3l-chat-24',
    'vvww',
    '4dmin',
    // No names.
    '---',
    '-abc',
    'abc-',
    'a--b',
    'xn--80ak6aa92e',
    'xn--p1ai',
    // Ids of rows, and of channels on YouTube.
    '00000000-0000-4000-8000-0000000000c1',
    '0000000000004000800000000000dead',
    'f47ac10b58cc4372a5670e02b2c3d479',
    'ucbj7e9lmzyhtzaytkt8bx2w',
  ]; // prettier-ignore
  test.each(REFUSED)('%s is refused, by the function and in the table', async (address) => {
    const channel = await app.channel();
    expect(await app.failure(moderator, PUBLISH, [channel, address])).toMatchObject({
      code: 'PT400',
      error: 'invalid_slug',
    });
    for (const caller of [admin, 'service'] as const)
      expect(
        await app.failure(caller, 'update public.channels set public_slug = $2 where id = $1', [channel, address]),
      ).toMatchObject({ code: '23514' });
  });

  test.each([
    'administrative-law',
    'the-login-show',
    'mail-order',
    'nullius',
    '1984',
    '24-7',
    'uchicago-business-school',
  ])('%s is none', async (address) => {
    expect(await app.as(moderator, PUBLISH, [await app.channel(), address])).toEqual([{ public_slug: address }]);
  });

  test.each([
    ['bold-news', 'b0ld-news'],
    ['little-mill', '1itt1e-mi11'],
    ['modern-vvay', 'modem-way'],
    ['tea-5', 'tea-s'],
  ])('that looks like another channel’s is refused: %s and %s', async (given, like) => {
    const [one, other] = await app.channels(2);
    await app.as(moderator, PUBLISH, [one, given]);
    for (const caller of [moderator, admin])
      expect(await app.failure(caller, PUBLISH, [other, like])).toMatchObject({ code: 'PT409', error: 'slug_taken' });
    expect(
      await app.failure('service', 'update public.channels set public_slug = $2 where id = $1', [other, like]),
    ).toMatchObject({ code: 'PT409', error: 'slug_taken' });
  });

  test('the reserved words are folded as addresses are', async () => {
    for (const word of ['admin', 'well-known', 'moderators', 'billing', 'www', 'terms'])
      expect(
        await app.sql('select private.fits_slug($1) as word, private.fits_slug(private.folded_slug($1)) as folded', [
          word,
        ]),
      ).toEqual([{ word: false, folded: false }]);
  });

  test('numbers are told apart, with hyphens too', async () => {
    const given = ['season-1-10', 'season-11-0', 'season-110', 'season-1-1-0', 'season-170', 'season-178'];
    for (const address of given) await app.as(moderator, PUBLISH, [await app.channel(), address]);
  });
});

describe('an address that was taken down', () => {
  test('is nobody else’s, whoever asks, and its own again', async () => {
    const [mine, other] = [await app.channel({ public_slug: 'rests-here' }), await follower()];
    await app.as(moderator, UNPUBLISH, [mine]);
    for (const address of ['rests-here', 'rest5-here'])
      for (const caller of [{ user: other.user }, moderator, admin])
        expect(await app.failure(caller, PUBLISH, [other.channel, address])).toMatchObject({ error: 'slug_taken' });
    expect(
      await app.failure(admin, `update public.channels set public_slug = 'rests-here' where id = $1`, [other.channel]),
    ).toMatchObject({ code: 'PT409' });
    expect(await app.as(moderator, PUBLISH, [mine, 'rests-here'])).toEqual([{ public_slug: 'rests-here' }]);
  });

  test.each([
    ['was changed', `update public.channels set public_slug = $2 || '-moved' where id = $1`],
    ['went with its channel', 'delete from public.channels where id = $1 and $2::text is not null'],
  ])('and one that %s is nobody else’s either', async (_, statement) => {
    const address = slug();
    const [mine, other] = [await app.channel({ public_slug: address }), await app.channel()];
    await app.as(admin, statement, [mine, address]);
    expect(await app.failure(moderator, PUBLISH, [other, address])).toMatchObject({ error: 'slug_taken' });
  });

  onRealServer('of 12 who want addresses that look alike at once one gets it', async () => {
    const channels = await app.channels(12);
    const alike = ['all-alike', 'a1l-alike', 'al1-alike', 'ail-alike'];
    const codes = await together(app, 12, moderator, (session, index) =>
      session.query(PUBLISH, [channels[index], alike[index % alike.length]]).then(
        () => 'published',
        ({ code }) => code as string,
      ),
    );
    expect(codes.toSorted()).toEqual([...Array(11).fill('PT409'), 'published']);
  });
});

describe('a channel whose page was taken down', () => {
  test('stays down for followers when it is deleted and added again', async () => {
    const { user, channel } = await follower();
    await app.as({ user }, PUBLISH, [channel, slug()]);
    await app.as(moderator, UNPUBLISH, [channel]);
    for (let times = 0, again = channel; times < 2; times++) {
      again = await addedAgain(again);
      await app.sql(`insert into public.user_creators (user_id, channel_id, added_at) values ($1, $2, '2020-01-01')`, [
        user,
        again,
      ]);
      expect(await app.failure({ user }, PUBLISH, [again, slug()])).toMatchObject({
        code: 'PT409',
        error: 'taken_down',
      });
    }
  });

  test('stays down when an admin gives it another YouTube id', async () => {
    const { user, channel } = await follower({ public_slug: slug() });
    await app.as(moderator, UNPUBLISH, [channel]);
    await app.as(admin, `update public.channels set youtube_channel_id = 'UCanother' where id = $1`, [channel]);
    expect(await app.failure({ user }, PUBLISH, [channel, slug()])).toMatchObject({ error: 'taken_down' });
  });

  test('is up again when a moderator publishes it, and a later take-down counts anew', async () => {
    const { user, channel } = await follower({ public_slug: slug() });
    await app.as(moderator, UNPUBLISH, [channel]);
    await app.as(moderator, PUBLISH, [channel, slug()]);
    const again = await addedAgain(channel);
    await app.sql(`insert into public.user_creators (user_id, channel_id, added_at) values ($1, $2, '2020-01-01')`, [
      user,
      again,
    ]);
    await app.as({ user }, PUBLISH, [again, slug()]);
    await app.as(moderator, UNPUBLISH, [again]);
    expect(await app.failure({ user }, PUBLISH, [again, slug()])).toMatchObject({ error: 'taken_down' });
  });

  test('is told by tables that nobody of the API reads or writes', async () => {
    for (const table of ['slug_holders', 'channel_takedowns'])
      for (const caller of ['anon', 'service', moderator, admin] as const)
        for (const statement of [`select from private.${table}`, `delete from private.${table}`])
          expect(await app.failure(caller, statement)).toMatchObject({ code: '42501' });
  });
});
