import { join } from 'node:path';
import type { Config } from '../../config/schema.ts';
import { withClient } from '../../database/connect.ts';
import { openServer, type Server } from '../../database/server.ts';
import { connectionStringsFrom, withDatabase } from '../../database/urls.ts';
import { allAtOnce } from '../../proof/at-once.ts';
import type { Progress } from '../../report/progress.ts';
import { ReviewError } from '../error.ts';
import type { StateFacts } from '../facts.ts';
import type { ProjectState, ReviewQuestion, ReviewStates } from '../states.ts';
import { cachedFacts, keepFacts, keyOf } from './cache.ts';
import { gatherIn } from './child.ts';
import { stateFolder } from './folder.ts';

/** The facts of a state, or why there are none. */
export type StateRead = { readonly facts: StateFacts } | { readonly why: string };

/** A state that is to be read. */
export interface StateToRead {
  readonly state: ProjectState;
  /** The migrations that are measured. */
  readonly added: readonly string[];
}

/** All that reading takes besides the states. */
export interface ReadingContext {
  readonly config: Config;
  readonly question: ReviewQuestion;
  readonly states: ReviewStates;
  /** A folder for what may be thrown away afterwards. */
  readonly scratch: string;
  readonly progress: Progress;
}

/**
 * The facts of states, in their order: those of earlier reviews, and of the others at the same time. The server is opened
 * only where something is not known yet.
 */
export async function readStates(wanted: readonly StateToRead[], context: ReadingContext): Promise<StateRead[]> {
  const { config, question, progress } = context;
  const cache = join(config.database.folder, 'review', 'states');
  const version = await serverVersion();
  const reading = new Map<string, Promise<StateRead>>();
  let server: Promise<Server> | undefined;
  const read = async ({ state, added }: StateToRead, key: string): Promise<StateRead> => {
    server ??= openServer(config.database, process.env);
    const facts = await gatherFacts({ state, added }, key, (await server).urls.root, context);
    if ('facts' in facts) await keepFacts(cache, key, facts.facts);
    return facts;
  };
  try {
    return await allAtOnce(
      wanted.map(async (one): Promise<StateRead> => {
        if (one.state.tree === undefined) return { why: 'it has no configuration' };
        const key = keyOf(one.state.files, one.added, question.config, version);
        const known = await cachedFacts(cache, key);
        if (known) return { facts: known };
        // Two states may be alike.
        const begun = reading.get(key) ?? progress.step(`Build and ask ${one.state.title}`, () => read(one, key));
        reading.set(key, begun);
        return begun;
      }),
    );
  } finally {
    await (await server)?.stop();
  }
}

async function gatherFacts(
  { state, added }: StateToRead,
  key: string,
  root: string,
  { config, question, states, scratch }: ReadingContext,
): Promise<StateRead> {
  const main = withDatabase(root, `${config.database.name}_review_${key.slice(0, 8)}`);
  const folder = await stateFolder(state, join(scratch, key), states);
  try {
    const urls = { main, shadow: `${main}_shadow`, root };
    return { facts: await gatherIn(folder.path, question.config, { added }, urls) };
  } catch (error) {
    if (!(error instanceof ReviewError)) throw error;
    return { why: error.message };
  } finally {
    await folder.remove();
  }
}

/** The version of the server that the environment names; the embedded engine comes with the project. */
async function serverVersion(): Promise<string> {
  const named = connectionStringsFrom(process.env);
  if (!named) return 'embedded';
  const { rows } = await withClient(named.root, (client) =>
    client.query<{ version: string }>('select version() as version'),
  );
  return rows[0]?.version ?? '';
}
