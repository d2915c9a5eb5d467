import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeLegacy } from '../../spec/legacy/make.ts';
import type { LegacySize } from '../../spec/legacy/size.ts';

/** Just enough of everything for a rehearsal to be quick. */
export const tiny: LegacySize = {
  users: 3,
  channels: 3,
  videos: 6,
  chunksPerVideo: 2,
  sessions: 4,
  messagesPerSession: 3,
  followsPerUser: 2,
  publicLimits: 3,
  errorLogs: 4,
};

export interface DumpParts {
  /** Statements between the tables and the rows, as pg_dump would have them there. */
  readonly tables?: string;
  /** After the rows, before the keys. */
  readonly rows?: string;
  /** After everything else. */
  readonly last?: string;
}

/**
 * A plain dump of a legacy database, as pg_dump 15 wrote the tables, keys and policies (test/rehearsal/dumps), with made
 * rows between them.
 */
export async function plainDump({ tables = '', rows = '', last = '' }: DumpParts = {}): Promise<string> {
  const [before, after] = await Promise.all(
    ['pre-data', 'post-data'].map((part) => readFile(`test/rehearsal/dumps/${part}.sql`, 'utf8')),
  );
  const copies = makeLegacy({ seed: 7, size: tiny }).map(
    ({ table, columns, lines }) => `COPY ${table} (${columns.join(', ')}) FROM stdin;\n${[...lines()].join('')}\\.\n\n`,
  );
  const end = after?.indexOf('--\n-- PostgreSQL database dump complete') ?? 0;
  return [before, tables, ...copies, rows, after?.slice(0, end), last, after?.slice(end)].join('\n');
}

/** A folder for the files of one test file. */
export async function folder(): Promise<{
  path(name: string): string;
  file(name: string, content: string | Buffer): Promise<string>;
  remove(): Promise<void>;
}> {
  const root = await mkdtemp(join(tmpdir(), `rehearsal-${randomUUID().slice(0, 4)}-`));
  return {
    path: (name) => join(root, name),
    async file(name, content) {
      await writeFile(join(root, name), content);
      return join(root, name);
    },
    remove: () => rm(root, { recursive: true, force: true }),
  };
}
