import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import { readStructure, type StructureLine } from '../catalog/structure.ts';
import { readMigrationSettings } from './graphile-migrate.ts';

/** The files that lead back to the database of before a migration, below the migrations folder. */
export interface WayBackFiles {
  /** A query, for before the migration, with the columns `subject`, `note` and `closes`: what will not be as it was. */
  readonly conditions: string;
  /** SQL that an operator runs, after the migration, in one transaction. */
  readonly script: string;
}

/** Something that going back will not bring back as it was. */
export interface WayBackNote {
  readonly subject: string;
  readonly note: string;
  /** There is no way back because of it. */
  readonly closes: boolean;
}

/** The effect that going back had on a database. */
export interface WayBackTrial {
  /** Why the script failed; null where it did not. */
  readonly failure: string | null;
  /** The server's warnings. */
  readonly warnings: readonly string[];
  /** How many objects there were before the migrations. */
  readonly objects: number;
  /** Those that are gone, or defined otherwise. */
  readonly unlike: readonly string[];
}

/** Reads, on a database that is not migrated yet, what going back will not bring back as it was. */
export async function readWayBack(client: pg.Client, { conditions }: WayBackFiles): Promise<WayBackNote[]> {
  const { rows } = await client.query<WayBackNote>(await textOf(conditions));
  return rows;
}

/** Whether there is a way back, and what it will not bring back as it was: for people, before the migration. */
export function wayBackText(notes: readonly WayBackNote[], { script }: WayBackFiles): string {
  const lines = notes.map(({ subject, note }) => `  ${subject}: ${note}`);
  if (notes.some(({ closes }) => closes))
    return ['The way back is CLOSED: what is named first has to be changed before the move.', ...lines].join('\n');
  const open = `The way back is open: ${script} brings the old database back, with what is written after the move`;
  return notes.length === 0 ? `${open}.` : [`${open}. What it will not bring back as it is:`, ...lines].join('\n');
}

/** Everything that is defined in a database, to be compared with what going back makes of it. */
export const readBefore = (client: pg.Client): Promise<StructureLine[]> => readStructure(client);

/**
 * Goes back in a transaction that is rolled back, and compares what is then there with what was there before the
 * migrations.
 */
export async function tryWayBack(
  client: pg.Client,
  { script }: WayBackFiles,
  before: readonly StructureLine[],
): Promise<WayBackTrial> {
  const sql = await textOf(script);
  const warnings: string[] = [];
  const listen = ({ severity, message }: { severity?: string | undefined; message?: string | undefined }): void => {
    if (severity === 'WARNING' && message !== undefined) warnings.push(message);
  };
  const trial = { warnings, objects: before.length };
  client.on('notice', listen);
  await client.query('begin');
  try {
    await client.query(sql);
    const now = new Map((await readStructure(client)).map((line) => [line.object, comparable(line)]));
    const unlike = before.filter((line) => now.get(line.object) !== comparable(line)).map(({ object }) => object);
    return { ...trial, failure: null, unlike };
  } catch (error) {
    return { ...trial, failure: error instanceof Error ? error.message : String(error), unlike: [] };
  } finally {
    await client.query('rollback');
    client.off('notice', listen);
  }
}

/** An access list that grants something to the owner only says what is so without a list. */
const comparable = ({ definition }: StructureLine): string =>
  definition.replaceAll(/ acl \{"?(\w+)=\w+\/\1"?\}/g, ' acl');

async function textOf(file: string): Promise<string> {
  const { migrationsFolder } = await readMigrationSettings();
  return readFile(join(migrationsFolder, file), 'utf8');
}
