import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { inLayout } from '../report/layout.ts';
import type { Layout } from '../report/settings.ts';
import type { Files } from '../report/snapshots.ts';
import type { PlansProof } from './prove.ts';

/** Where snapshots are kept, and whose files and commands they name. */
interface SnapshotFolder {
  readonly snapshots: string;
  readonly layout?: Layout | undefined;
}

/** The path of the snapshot. */
export const plansPath = ({ snapshots }: Pick<SnapshotFolder, 'snapshots'>): string => `${snapshots}/plans.md`;

/**
 * The snapshot as it is to be. Plans of different versions of PostgreSQL can't be compared: when another version plans,
 * or none, the file that is checked in stays unchanged.
 */
export async function snapshotFile(
  config: SnapshotFolder,
  { snapshot }: Partial<Pick<PlansProof, 'snapshot'>>,
): Promise<Files> {
  const path = plansPath(config);
  if (snapshot !== undefined) return new Map([[path, inLayout(snapshot, config.layout)]]);
  return existsSync(path) ? new Map([[path, await readFile(path, 'utf8')]]) : new Map();
}
