// The same through GraphQL: relations lead nobody to what is another's.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import config from '../../../rolecall.config.ts';
import { people } from '../../../spec/people.ts';
import { loadPostGraphile } from '../../../src/graphql/postgraphile.ts';
import { VectorTypesPlugin } from '../../../src/graphql/vector-types.ts';
import { attacked, target } from './support.ts';

interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly unknown[];
}

let ask: (who: 'owner' | 'stranger' | 'admin', source: string) => Promise<Answer>;
let release: (() => void) | undefined;

// Before the database is dropped.
afterAll(() => release?.());
const { url, client } = attacked();

beforeAll(async () => {
  const { makeSchema, makePgService, PostGraphileAmberPreset, PgSimplifyInflectionPreset } = await loadPostGraphile();
  const { grafast } = await import('postgraphile/grafast');
  let settings: Record<string, string> = {};
  const service = makePgService({
    connectionString: url(),
    schemas: ['public'],
    pubsub: false,
    pgSettings: () => settings,
    pgSettingsForIntrospection: { role: 'authenticated' },
  });
  release = () => void service.release?.();
  const { schema, resolvedPreset } = await makeSchema({
    extends: [PostGraphileAmberPreset, PgSimplifyInflectionPreset],
    plugins: [VectorTypesPlugin],
    pgServices: [service],
  });
  ask = async (who, source) => {
    const persona = config.personas[who];
    settings = { ...persona?.settings, role: persona?.role ?? '' };
    const result = await grafast({ schema, source, resolvedPreset, requestContext: {} });
    return JSON.parse(JSON.stringify(result));
  };
});

const { session, message, channel, savedAnswer } = target;
const MESSAGES = 'chatMessagesByUserIdAndSessionId { nodes { rowId content } }';

const WAYS: [string, string][] = [
  [
    'channel, sessions, messages',
    `{ channel(rowId: "CHANNEL") { chatSessions { nodes { rowId title ${MESSAGES} } } } }`,
  ],
  ['channel, saved answers', `{ channel(rowId: "CHANNEL") { savedAnswers { nodes { rowId content } } } }`],
  ['channel, conversations', `{ channel(rowId: "CHANNEL") { voiceConversations { nodes { rowId } } } }`],
  ['channel, followers', `{ channel(rowId: "CHANNEL") { userCreators { nodes { userId } } } }`],
  ['a session by its id', `{ chatSession(rowId: "${session}") { rowId ${MESSAGES} } }`],
  [
    'a session by its user and channel',
    `{ chatSessionByUserIdAndChannelId(userId: "${people.owner}", channelId: "CHANNEL") { rowId } }`,
  ],
  ['a message by its id', `{ chatMessage(rowId: "${message}") { content } }`],
  [
    'a message by its session and id',
    `{ chatMessageBySessionIdAndRowId(sessionId: "${session}", rowId: "${message}") { content } }`,
  ],
  ['a saved answer by its id', `{ savedAnswer(rowId: "${savedAnswer}") { content } }`],
  ['a usage row', `{ userUsageByUserId(userId: "${people.owner}") { rowId } }`],
  ['a profile', `{ profile(rowId: "${people.owner}") { displayName } }`],
  ['messages searched for', `{ searchMyMessages(pQuery: "question") { nodes { content } } }`],
];

test.each(WAYS)('%s', async (_, source) => {
  const query = source.replaceAll('CHANNEL', channel);
  const mine = await ask('owner', query);
  expect(mine.errors).toBeUndefined();
  expect(JSON.stringify(mine.data)).toMatch(/"(rowId|content|userId|displayName)":"[^"]/);
  for (const who of ['stranger', 'admin'] as const) {
    const { data, errors } = await ask(who, query);
    expect(errors).toBeUndefined();
    expect(JSON.stringify(data)).not.toMatch(/"(rowId|content|userId|displayName)":/);
  }
});

test('a global id of another’s message finds nothing', async () => {
  const { data } = await ask('owner', `{ chatMessage(rowId: "${message}") { id } }`);
  const { id } = (data as { chatMessage: { id: string } }).chatMessage;
  const node = `{ node(id: "${id}") { id ... on ChatMessage { content } } }`;
  expect(await ask('owner', node)).toMatchObject({ data: { node: { id, content: 'A question' } } });
  expect(await ask('stranger', node)).toMatchObject({ data: { node: null } });
});

const CHANGES: [string, string][] = [
  ['a title', `updateChatSession(input: { rowId: "${session}", patch: { title: "x" } }) { clientMutationId }`],
  ['a session', `deleteChatSession(input: { rowId: "${session}" }) { clientMutationId }`],
  ['a message', `deleteChatMessage(input: { rowId: "${message}" }) { clientMutationId }`],
  [
    'a message into it',
    `createChatMessage(input: { chatMessage: { sessionId: "${session}", role: user, content: "x" } }) { clientMutationId }`,
  ],
  ['a question counted', `consumeMessageQuota(input: { pUserId: "${people.owner}" }) { clientMutationId }`],
];

/** What there is to change, looked at by the operator. */
async function contents(): Promise<unknown> {
  const tables = ['chat_sessions', 'chat_messages', 'user_usage'];
  const parts = tables.map((table) => `select t::text as row from public.${table} t`);
  return (await client().query(`${parts.join(' union all ')} order by 1`)).rows;
}

test.each(CHANGES)('no change of another’s: %s', async (_, mutation) => {
  const before = await contents();
  await ask('stranger', `mutation { ${mutation} }`);
  expect(await contents()).toEqual(before);
});

// What stays: the session last, since the rest is done in it.
const LAST = 'a session';
test.each([...CHANGES].sort(([a], [b]) => Number(a === LAST) - Number(b === LAST)))(
  'who may does it: %s',
  async (_, mutation) => {
    const before = await contents();
    expect((await ask('owner', `mutation { ${mutation} }`)).errors).toBeUndefined();
    expect(await contents()).not.toEqual(before);
  },
);
