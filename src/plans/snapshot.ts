import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Files } from '../report/snapshots.ts';
import type { PlansProof } from './prove.ts';

/** Where snapshots are kept. */
interface SnapshotFolder {
  readonly snapshots: string;
}

/** The path of the snapshot. */
export const plansPath = ({ snapshots }: SnapshotFolder): string => `${snapshots}/plans.md`;

/**
 * The snapshot as it is to be. What one version of PostgreSQL plans is no measure for another: where another one plans,
 * or nobody does, the file that is checked in stays as it is.
 */
export async function snapshotFile(
  config: SnapshotFolder,
  { snapshot }: Partial<Pick<PlansProof, 'snapshot'>>,
): Promise<Files> {
  const path = plansPath(config);
  if (snapshot !== undefined) return new Map([[path, snapshot]]);
  return existsSync(path) ? new Map([[path, await readFile(path, 'utf8')]]) : new Map();
}
