import { type Cause, causeOf } from './causes.ts';
import { type ApiChange, LEVELS } from './model.ts';
import type { Sides } from './sides.ts';

const LISTED = 12;

/** Puts changes with one cause into one, with the worst of their levels; a change without others of its cause stays. */
export function fold(sides: Sides, changes: readonly ApiChange[]): ApiChange[] {
  const paths = new Set(changes.map(({ path }) => path));
  const single: ApiChange[] = [];
  const groups = new Map<string, { readonly cause: Cause; readonly changes: ApiChange[] }>();
  for (const change of changes) {
    const cause = causeOf(sides, paths, change.path);
    if (!cause) {
      single.push(change);
      continue;
    }
    const group = groups.get(cause.text) ?? { cause, changes: [] };
    group.changes.push(change);
    groups.set(cause.text, group);
  }
  const folded = [...groups.values()].map(({ cause, changes: alike }) =>
    alike.length === 1 && alike[0] ? alike[0] : together(cause, alike),
  );
  return [...single, ...folded];
}

function together({ path, text }: Cause, changes: readonly ApiChange[]): ApiChange {
  const level = LEVELS.find((one) => changes.some((change) => change.level === one)) ?? 'safe';
  return {
    level,
    path,
    message: `${changes.length} changes that follow from ${text}: ${listOf(changes)}`,
    count: changes.length,
  };
}

/** The paths of changes, by type; of many the types alone, with how many changes each has. */
function listOf(changes: readonly ApiChange[]): string {
  const paths = [...new Set(changes.map(({ path }) => path))].sort();
  const types = [...Map.groupBy(paths, (path) => path.split('.')[0] ?? '')];
  return types
    .map(([type, of]) => {
      const members = of.filter((path) => path !== type).map((path) => path.slice(type.length + 1));
      if (members.length === 0) return type;
      return changes.length > LISTED ? `${type} (${of.length})` : `${type}.${members.join(`, ${type}.`)}`;
    })
    .join(', ');
}
