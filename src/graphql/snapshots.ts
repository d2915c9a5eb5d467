import { createTwoFilesPatch } from 'diff';
import { diffSchemas, type SchemaChange } from './diff.ts';

/** How the schema of one role stands against its snapshot. */
export type SnapshotComparison =
  | { readonly role: string; readonly file: string; readonly state: 'equal' }
  | {
      readonly role: string;
      readonly file: string;
      readonly state: 'differs';
      /** The difference of the texts, as `diff -u` writes it. */
      readonly patch: string;
      readonly changes: readonly SchemaChange[];
    }
  /** There is no file yet for this role. */
  | { readonly role: string; readonly file: string; readonly state: 'missing' }
  /** There is a file, and no such role is configured. */
  | { readonly role: string; readonly file: string; readonly state: 'orphaned' };

/** A role and the schema its grants allow. */
export interface RoleSchema {
  readonly role: string;
  readonly sdl: string;
}

const FILE = /^schema\.(.+)\.graphql$/;

/** The name of the file that holds a role's schema. */
export function snapshotFile(role: string): string {
  return `schema.${encodeURIComponent(role)}.graphql`;
}

/** The role whose schema a file holds; undefined when its name is not one of a snapshot. */
export function snapshotRole(file: string): string | undefined {
  const name = FILE.exec(file)?.[1];
  return name === undefined ? undefined : decodeURIComponent(name);
}

/**
 * Compares schemas with snapshots.
 * @param snapshots the text of each snapshot, by role
 * @returns one comparison a role, in the order of `built`, then the orphaned ones by name
 */
export async function compareSnapshots(
  built: readonly RoleSchema[],
  snapshots: ReadonlyMap<string, string>,
): Promise<SnapshotComparison[]> {
  const comparisons = await Promise.all(built.map(({ role, sdl }) => compareOne(role, sdl, snapshots.get(role))));
  const configured = new Set(built.map(({ role }) => role));
  const orphaned = [...snapshots.keys()].filter((role) => !configured.has(role)).sort();
  return [...comparisons, ...orphaned.map((role) => ({ role, file: snapshotFile(role), state: 'orphaned' }) as const)];
}

async function compareOne(role: string, sdl: string, snapshot: string | undefined): Promise<SnapshotComparison> {
  const file = snapshotFile(role);
  if (snapshot === undefined) return { role, file, state: 'missing' };
  if (snapshot === sdl) return { role, file, state: 'equal' };
  const patch = createTwoFilesPatch(file, file, snapshot, sdl, 'snapshot', 'database', { context: 3 });
  return { role, file, state: 'differs', patch, changes: await diffSchemas(snapshot, sdl) };
}
