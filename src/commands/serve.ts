import { personasOf } from '../access/personas.ts';
import { ConfigError } from '../config/load.ts';
import { DatabaseError } from '../database/error.ts';
import { isOnThisMachine } from '../database/loopback.ts';
import { withServer } from '../database/server.ts';
import { connectionStringsFrom, databaseOf, withoutPassword } from '../database/urls.ts';
import { missingRows } from '../graphql/explorer/answer.ts';
import { explorerSchemas } from '../graphql/explorer/schemas.ts';
import { startExplorer } from '../graphql/explorer/server.ts';
import { toRun } from '../report/layout.ts';
import { configOf, type ExitCode, type GlobalFlags, print } from './context.ts';

export interface ServeFlags extends GlobalFlags {
  readonly as?: string | undefined;
  readonly port: number;
  readonly keep?: true | undefined;
  readonly remote?: true | undefined;
}

/** GraphiQL as a persona on the main database, until Ctrl-C. */
export async function serve(flags: ServeFlags): Promise<ExitCode> {
  const config = await configOf(flags);
  const personas = personasOf(config);
  const first = flags.as === undefined ? personas[0] : personas.find(({ name }) => name === flags.as);
  if (!first) {
    const names = personas.map(({ name }) => name).join(', ');
    throw new ConfigError(`There is no persona ${JSON.stringify(flags.as)}. The personas are: ${names}.`);
  }
  refuseOtherMachines(flags);
  return withServer(config.database, async ({ urls, where }) => {
    const rows = { url: urls.main, world: flags.keep ? undefined : config.world };
    const [lacks, ...more] = await missingRows(rows);
    const schemas = explorerSchemas({ connectionString: urls.main, schemas: config.api });
    // What cannot be shown at all is said here, and not in the page.
    await schemas.of(first.role);
    const explorer = await startExplorer({
      name: config.name,
      ...rows,
      personas,
      first,
      schemas,
      port: flags.port,
      report: (error) => process.stderr.write(`rolecall: ${error instanceof Error ? error.message : String(error)}\n`),
    });
    const lines = [
      `GraphiQL as ${first.name}: ${explorer.url}`,
      flags.keep
        ? `It shows ${databaseOf(urls.main)} (${where}). Changes are kept.`
        : `It shows ${databaseOf(urls.main)} (${where}) with the rows of the world. Each request is rolled back; with --keep changes are kept, and the rows of the world are not there.`,
      ...(lacks
        ? [
            `${more.length + 1} of ${config.world.length} rows of the world are missing, since they cannot be put in. The first is one of ${lacks.table}: ${lacks.reason} ${toRun('start')} brings the database up to date.`,
          ]
        : []),
      'Whoever can connect to this machine’s loopback address can ask as any persona. Ctrl-C stops it.',
    ];
    print(config, 'text', lines.join('\n'), undefined);
    return new Promise<never>(() => {});
  });
}

/** Personas can do whatever their roles may: nobody shall hand that out on production by mistake. */
function refuseOtherMachines({ remote }: ServeFlags): void {
  const main = connectionStringsFrom(process.env)?.main;
  if (main === undefined || remote || isOnThisMachine(main)) return;
  throw new DatabaseError(
    `DATABASE_URL names ${withoutPassword(main)}, a server on another machine: the page would let anybody on this one read and write there as any persona. Serve a copy on this machine, or add --remote if you mean it.`,
  );
}
