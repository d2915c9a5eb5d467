import { withPlainNames } from '../../access/names.ts';
import { personasOf } from '../../access/personas.ts';
import type { Config } from '../../config/schema.ts';
import { untilStopped } from '../../database/running.ts';
import { dropDatabase } from '../../database/server.ts';
import { type ConnectionStrings, databaseOf, withDatabase } from '../../database/urls.ts';
import { readForSchemas } from '../../graphql/schema.ts';
import type { FactsRead, MigrationFailure, StateFacts } from '../facts.ts';
import { REFUSALS } from '../settings.ts';
import { accessFacts } from './access.ts';
import { buildState } from './build.ts';
import type { StateTask } from './child.ts';
import { structureFacts } from './structure.ts';

/** Personas of these names are nobody's owner, unless the configuration names others. */
const OUTSIDERS = ['anon', 'stranger'];

/**
 * Builds the database of the project in the current folder, as far as its migrations run, and reads everything that a
 * review compares. The database is dropped afterwards.
 */
export async function gatherState(urls: ConnectionStrings, declared: Config, task: StateTask): Promise<StateFacts> {
  const config = withPlainNames(declared);
  const seconds: Record<string, number> = {};
  const timed = async <T>(step: string, run: () => Promise<T>): Promise<T> => {
    const started = performance.now();
    try {
      return await run();
    } finally {
      seconds[step] = (performance.now() - started) / 1000;
    }
  };
  const scratch = withDatabase(urls.shadow, `${databaseOf(urls.shadow)}_rows`);
  const drop = untilStopped(async () => {
    for (const url of [scratch, urls.shadow]) await dropDatabase(urls.root, url);
  });
  try {
    const { added, failure } = await timed('build', () => buildState(urls, scratch, declared, task));
    // Of a database that no migration made, nothing is said.
    if (failure?.refusal === 'colliding migrations') return { ...frameOf(config), ...nothingOf(failure), seconds };
    const read = () => readForSchemas({ connectionString: urls.shadow, schemas: config.api, roles: config.roles });
    const schemas = await timed('read', () => gathered(read));
    // The one keeps the server busy, and the other this process.
    const [access, graphql] = await Promise.all([
      timed('access', () => gathered(() => accessFacts(urls.shadow, config))),
      timed('graphql', async (): Promise<StateFacts['graphql']> => {
        if ('why' in schemas) return schemas;
        return gathered(async () =>
          Object.fromEntries((await schemas.value.build()).map(({ role, sdl }) => [role, sdl])),
        );
      }),
    ]);
    const structure = await timed('structure', () => gathered(() => structureFacts(urls.shadow, config)));
    return { ...frameOf(config), added, failure, access, graphql, structure, seconds };
  } finally {
    await drop();
  }
}

/** All that the configuration alone says. */
const frameOf = (config: Config): Pick<StateFacts, 'project' | 'snapshots' | 'personas' | 'refuse' | 'outsiders'> => ({
  project: config.name,
  snapshots: config.snapshots,
  personas: personasOf(config),
  refuse: config.review?.refuse ?? REFUSALS,
  outsiders: config.review?.outsiders ?? OUTSIDERS,
});

/** Migrations of which none was run. */
function nothingOf(failure: MigrationFailure): Omit<StateFacts, keyof ReturnType<typeof frameOf> | 'seconds'> {
  const why = 'No migration was run: two have the same number, or one was committed on top of another one.';
  return { added: [], failure, access: { why }, graphql: { why }, structure: { why } };
}

/** One part that cannot be read says why, and the others are read all the same. */
async function gathered<T>(read: () => Promise<T>): Promise<FactsRead<T>> {
  try {
    return { value: await read() };
  } catch (error) {
    return { why: (error as Error).message };
  }
}
