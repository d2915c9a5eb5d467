import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { schemaOf, withPlainNames } from '../access/names.ts';
import { personasOf } from '../access/personas.ts';
import { sessionScript } from '../access/session-script.ts';
import { readRelations } from '../catalog/relations.ts';
import { ConfigError } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { withClient } from '../database/connect.ts';
import { DatabaseError } from '../database/error.ts';
import { withServer } from '../database/server.ts';
import { configOf, type ExitCode, type GlobalFlags } from './context.ts';

export interface PsqlFlags extends GlobalFlags {
  readonly as?: string;
}

/** psql on the main database; with --as, inside a transaction that has the world's rows and the persona's role. */
export async function psql(flags: PsqlFlags, args: readonly string[]): Promise<ExitCode> {
  const config = await configOf(flags);
  return withServer(config.database, async ({ urls }) => {
    const folder = await mkdtemp(join(tmpdir(), 'rolecall-psql-'));
    try {
      const env = { ...process.env };
      if (flags.as !== undefined) {
        env.PSQLRC = join(folder, 'psqlrc');
        await writeFile(env.PSQLRC, await opening(urls.main, config, flags.as));
      }
      return await run([urls.main, ...args], env);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}

/** The statements that give a session the state of a probe; leaving psql rolls them back. */
async function opening(url: string, config: Config, name: string): Promise<string> {
  const persona = personasOf(config).find((candidate) => candidate.name === name);
  if (!persona)
    throw new ConfigError(
      `There is no persona ${JSON.stringify(name)}. The personas are: ${Object.keys(config.personas).join(', ')}.`,
    );
  const { world } = withPlainNames(config);
  const schemas = [...new Set(world.map(({ table }) => schemaOf(table)))];
  const relations = await withClient(url, (client) => readRelations(client, { schemas }));
  return sessionScript(persona, world, relations);
}

function run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const child = spawn('psql', args, { stdio: 'inherit', env });
  return new Promise((resolve, reject) => {
    child.on('exit', (code) => resolve(code ?? 2));
    child.on('error', () =>
      reject(
        new DatabaseError(
          `psql is not installed. Install it, or connect with any other client to ${args[0]} (keep \`rolecall db\` running).`,
        ),
      ),
    );
  });
}
