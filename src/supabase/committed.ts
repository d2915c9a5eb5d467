import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { committedMigrations } from '../migrations/files.ts';
import { readMigrationSettings } from '../migrations/graphile-migrate.ts';
import { SupabaseError } from './error.ts';
import { placeholdersIn, resolvePlaceholders } from './placeholders.ts';
import { TIME } from './times.ts';

/** A committed migration, taken apart as graphile-migrate does. */
export interface ExportedMigration {
  /** The name of its file. */
  readonly file: string;
  /** As graphile-migrate remembers it: its number. */
  readonly filename: string;
  readonly hash: string;
  readonly previous: string | null;
  readonly time: string | undefined;
  /** The text that runs: without the header, and with placeholders resolved. */
  readonly body: string;
  /** Whether graphile-migrate runs it in a transaction. */
  readonly transaction: boolean;
}

type ParseText = (path: string, text: string) => { headers: Record<string, string | null>; body: string };
type CalculateHash = (body: string, previous: string | null) => string;
type IsNoTransaction = (body: string) => boolean;

/**
 * Reads the committed migrations in their order.
 * @throws SupabaseError when one was changed after it was committed, or uses a placeholder whose value differs from server
 * to server
 */
export async function readForExport(): Promise<ExportedMigration[]> {
  const { migrationsFolder, all } = await readMigrationSettings();
  const require = createRequire(import.meta.url);
  const { parseMigrationText } = require('graphile-migrate/dist/migration.js') as { parseMigrationText: ParseText };
  const { calculateHash } = require('graphile-migrate/dist/hash.js') as { calculateHash: CalculateHash };
  const { isNoTransactionDefined } = require('graphile-migrate/dist/header.js') as {
    isNoTransactionDefined: IsNoTransaction;
  };
  const placeholders = placeholdersIn(all.placeholders);
  const files = await committedMigrations();
  return Promise.all(
    files.map(async (file) => {
      const { headers, body } = parseMigrationText(
        file,
        await readFile(join(migrationsFolder, 'committed', file), 'utf8'),
      );
      const previous = headers.Previous === '-' ? null : (headers.Previous ?? null);
      const hash = headers.Hash ?? '';
      const invalid = calculateHash(body, previous) !== hash;
      if (invalid !== 'AllowInvalidHash' in headers)
        throw new SupabaseError(
          invalid
            ? `${file} was changed after it was committed: its hash is another one. Restore it, or commit it again with rolecall uncommit and commit.`
            : `${file} allows an invalid hash, and its hash is valid: graphile-migrate would not run it. Take the line \`--! AllowInvalidHash\` out.`,
        );
      return {
        file,
        filename: file.replace(/^(\d+).*/, '$1.sql'),
        hash,
        previous,
        time: headers[TIME] ?? undefined,
        body: resolvePlaceholders(file, body, placeholders),
        transaction: !isNoTransactionDefined(body),
      };
    }),
  );
}
