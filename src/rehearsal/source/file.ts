import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { RehearsalError } from '../error.ts';
import { install, majorOf, output } from './programs.ts';

/** A dump that a copy is made of. */
export interface Dump {
  /** How messages name it. */
  readonly name: string;
  /** The kind of source, in words for the report. */
  readonly kind: string;
  /** The text of the dump in pg_dump's plain format. */
  text(): AsyncIterable<Buffer>;
}

/**
 * Opens a dump of any of pg_dump's formats, or a plain one that was compressed with gzip.
 * @throws RehearsalError when there is no such file, or it is not a dump
 */
export async function openDump(path: string): Promise<Dump> {
  const found = await stat(path).catch(() => null);
  if (!found)
    throw new RehearsalError(
      `There is no file ${path}, and it is no connection string (postgres://…). Name a dump or a database with --from.`,
    );
  const name = basename(path);
  if (found.isDirectory()) {
    if (!(await stat(join(path, 'toc.dat')).catch(() => null)))
      throw new RehearsalError(
        `${path} is a folder, and none that pg_dump --format=directory makes. Name a dump or a database with --from.`,
      );
    return { name, kind: 'a dump in a folder', text: () => fromArchive(path) };
  }
  const head = await beginningOf(path);
  if (head.length === 0) throw new RehearsalError(`${path} is empty. Make the dump again.`);
  if (head.subarray(0, 5).toString() === 'PGDMP')
    return { name, kind: 'a custom-format dump', text: () => fromArchive(path) };
  if (head.subarray(257, 262).toString() === 'ustar')
    return { name, kind: 'a tar dump', text: () => fromArchive(path) };
  if (head[0] === 0x1f && head[1] === 0x8b)
    return { name, kind: 'a plain dump, compressed', text: () => unzipped(path) };
  if (head.includes(0))
    throw new RehearsalError(
      `${path} is no dump that can be read here: neither SQL (also with gzip) nor an archive of pg_dump. Name a dump with --from.`,
    );
  return { name, kind: 'a plain dump', text: () => createReadStream(path) };
}

async function beginningOf(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(512), 0, 512, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

async function* unzipped(path: string): AsyncIterable<Buffer> {
  const file = createReadStream(path);
  try {
    yield* file.pipe(createGunzip());
  } catch (error) {
    throw new RehearsalError(
      `${path} cannot be unzipped (${(error as Error).message}): it is truncated or damaged. Make the dump again.`,
      {
        cause: error,
      },
    );
  } finally {
    file.destroy();
  }
}

async function* fromArchive(path: string): AsyncIterable<Buffer> {
  const major = await majorOf('pg_restore', `${path} is an archive that only it can read`);
  const args = ['--file=-', '--no-owner', '--no-publications', '--no-subscriptions', '--no-security-labels', path];
  yield* output('pg_restore', args, process.env, '', (complaint) => {
    const words = complaint.replaceAll(/^pg_restore: (error: )?/gm, '').replaceAll('\n', ' ');
    if (/unsupported version/.test(complaint))
      return `${path} was made by a newer pg_dump than the pg_restore on PATH, which is ${major}, can read (${words}). ${install('')}`;
    if (/end of file|could not read/.test(complaint))
      return `${path} is truncated: pg_restore says “${words}”. Make the dump again.`;
    return `pg_restore cannot read ${path}: ${words}. Make the dump again, or name another with --from.`;
  });
}
