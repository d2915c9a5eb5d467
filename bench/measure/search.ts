import { channelKey, channelUuid, userId } from '../../spec/legacy/layout.ts';
import { type ChannelClass, channelsOf, type Scale } from '../data/scale.ts';
import { textOf, type VectorSpace, vectorSpace } from '../data/vectors.ts';
import { mean, rounded, type Times, timesOf } from '../report/statistics.ts';
import type { Clients } from './queries.ts';
import { pagesOf, type Ran, runAs, type Statement, type Who } from './session.ts';

/** One class of channels and one kind of question, by each way to search. */
export interface SearchResult {
  readonly channels: ChannelClass['name'] | 'all';
  readonly chunks: number;
  readonly questions: 'aligned' | 'cross';
  readonly ways: Readonly<Record<string, Way>>;
}

export interface Way extends Times {
  readonly pages: number;
  /** Of the ten that are nearest, how many were found, on average; and the worst. */
  readonly recall: number;
  readonly worst: number;
}

const WANTED = 10;

/** A question, and the channel it is asked of. */
interface Question {
  readonly embedding: string;
  readonly channel: number;
}

interface Searcher {
  readonly name: string;
  readonly client: keyof Clients;
  statement(question: Question, scale: Scale): Statement;
}

const inChannel = ({ embedding, channel }: Question, { plan }: Scale) => [embedding, channelUuid(plan, channel)];
const byKey = ({ embedding, channel }: Question, { plan }: Scale) => [embedding, channelKey(plan, channel)];

const target: Searcher = {
  name: 'target',
  client: 'target',
  statement: (question, scale) => ({
    sql: `select id, similarity from public.search_transcript_chunks($1, $2, -1, ${WANTED})`,
    values: inChannel(question, scale),
  }),
};

/** Legacy as it was, legacy made exact, and now: for one channel. */
const ofOneChannel: readonly Searcher[] = [
  {
    name: 'legacy',
    client: 'legacy',
    statement: (question, scale) => ({
      sql: `select id, similarity from search_transcript_chunks($1, -1, ${WANTED}, $2)`,
      values: byKey(question, scale),
    }),
  },
  {
    name: 'legacy, exact',
    client: 'legacy',
    statement: (question, scale) => ({
      sql: `select id, similarity from bench.search_exact($1, -1, ${WANTED}, $2)`,
      values: byKey(question, scale),
    }),
  },
  target,
  {
    name: 'each measured',
    client: 'target',
    statement: (question, scale) => ({
      sql: `select id, similarity from bench.search_whole($1, $2, -1, ${WANTED})`,
      values: inChannel(question, scale),
    }),
  },
  {
    name: 'by bits',
    client: 'target',
    statement: (question, scale) => ({
      sql: `select id, similarity from bench.search_bits($1, $2, -1, ${WANTED})`,
      values: inChannel(question, scale),
    }),
  },
];

const ofAllChannels: readonly Searcher[] = [
  {
    name: 'legacy',
    client: 'legacy',
    statement: ({ embedding }) => ({
      sql: `select id, similarity from search_transcript_chunks($1, -1, ${WANTED})`,
      values: [embedding],
    }),
  },
  {
    name: 'target',
    client: 'target',
    statement: ({ embedding }) => ({
      sql: `select id, similarity from public.search_all_transcript_chunks($1, -1, ${WANTED})`,
      values: [embedding],
    }),
  },
];

/** Asks questions of both kinds of channels of every class, each way in turn, as a signed-in user. */
export async function measureSearch(
  clients: Clients,
  scale: Scale,
  questions: number,
  tell: (what: string) => void,
): Promise<SearchResult[]> {
  const space = vectorSpace(scale.plan.seed);
  const user = userId(scale.plan, 1);
  const who: Who = {
    role: 'authenticated',
    settings: { 'request.jwt.claims': JSON.stringify({ sub: user, role: 'authenticated' }) },
  };
  const results: SearchResult[] = [];
  for (const { name, chunks } of scale.classes) {
    const channels = channelsOf(scale, name);
    for (const kind of ['aligned', 'cross'] as const) {
      tell(`search in ${name} channels, ${kind} questions`);
      const asked = ask(space, kind, channels, questions);
      results.push({
        channels: name,
        chunks,
        questions: kind,
        ways: await race(clients, scale, who, ofOneChannel, asked, exactInChannel),
      });
    }
  }
  tell('search over all channels');
  const all = ask(
    space,
    'aligned',
    Array.from({ length: scale.plan.size.channels }, (_, channel) => channel),
    questions,
  );
  results.push({
    channels: 'all',
    chunks: scale.chunks,
    questions: 'aligned',
    ways: await race(clients, scale, who, ofAllChannels, all, exactInAll),
  });
  return results;
}

function ask(space: VectorSpace, kind: 'aligned' | 'cross', channels: readonly number[], count: number): Question[] {
  return Array.from({ length: count }, (_, index) => {
    const channel = channels[(index * 7) % channels.length] as number;
    return { channel, embedding: textOf(space[kind](channel, index)) };
  });
}

const nearest = `select 1 - (embedding operator(extensions.<=>) $1::extensions.halfvec) as similarity
  from public.chunk_embeddings`;
const exactInChannel = (question: Question, scale: Scale): Statement => ({
  sql: `${nearest} where channel_id = $2 order by ((embedding operator(extensions.<=>) $1::extensions.halfvec)) + 0 limit ${WANTED}`,
  values: inChannel(question, scale),
});
const exactInAll = ({ embedding }: Question): Statement => ({
  sql: `${nearest} order by ((embedding operator(extensions.<=>) $1::extensions.halfvec)) + 0 limit ${WANTED}`,
  values: [embedding],
});

async function race(
  clients: Clients,
  scale: Scale,
  who: Who,
  searchers: readonly Searcher[],
  questions: readonly Question[],
  exact: (question: Question, scale: Scale) => Statement,
): Promise<Record<string, Way>> {
  const times = searchers.map((): number[] => []);
  const recalls = searchers.map((): number[] => []);
  const truths: Ran[] = [];
  for (const question of questions) truths.push(await runAs(clients.target, { settings: {} }, exact(question, scale)));
  for (const [turn, question] of questions.entries()) {
    const truth = truths[turn] as Ran;
    const farthest = (truth.rows.at(-1)?.similarity ?? Number.NaN) as number;
    const order = [...searchers.entries()];
    for (const [index, { client, statement }] of turn % 2 === 0 ? order : order.reverse()) {
      // Two ways read the same rows, and the second of them would find them in memory: so each finds them there.
      await runAs(clients[client], who, statement(question, scale));
      const { ms, rows } = await runAs(clients[client], who, statement(question, scale));
      const found = rows.map(({ similarity }) => similarity as number);
      times[index]?.push(ms);
      recalls[index]?.push(recallOf(found, farthest - NOISE[client], truth.count));
    }
  }
  const ways: Record<string, Way> = {};
  for (const [index, searcher] of searchers.entries()) {
    const found = recalls[index] as number[];
    ways[searcher.name] = {
      ...timesOf(times[index] as number[]),
      pages: await pagesOf(clients[searcher.client], who, searcher.statement(questions[0] as Question, scale)),
      recall: rounded(mean(found)),
      worst: rounded(Math.min(...found)),
    };
  }
  return ways;
}

/** By how much a similarity may be another's: the legacy database has single precision, what is compared with has half. */
const NOISE: Readonly<Record<keyof Clients, number>> = { legacy: 2e-4, target: 1e-9 };

/** The share of what should have been found that is at least as near as the farthest that belongs there. */
export function recallOf(found: readonly number[], farthest: number, wanted: number): number {
  return found.filter((similarity) => similarity >= farthest).length / wanted;
}
