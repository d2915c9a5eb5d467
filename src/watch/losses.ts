import type { SchemaChange } from '../graphql/diff.ts';
import type { Deviation } from '../report/deviation.ts';
import { toRun } from '../report/layout.ts';

/** The changes of a role's GraphQL schema since the snapshot. */
export interface RoleChanges {
  readonly role: string;
  readonly changes: readonly SchemaChange[];
}

const SHOWN = 5;

/**
 * The losses of roles of the API, as one deviation: the changes that break their clients, but for those about objects whose lines in the snapshot
 * of access changed too. Those are declared, since access is not as declared otherwise, and that is said by itself.
 * @param explained objects of which something else is said already
 */
export function lossesOf(roles: readonly RoleChanges[], explained: readonly string[]): Deviation[] {
  const names = explained.map(bare).filter(Boolean);
  const lost = roles.map(({ role, changes }) => ({
    role,
    messages: changes
      .filter(({ criticality }) => criticality === 'BREAKING')
      .filter(({ path, message }) => !names.some((name) => squeezed(path ?? message).includes(name)))
      .map(({ message }) => message),
  }));
  const losing = lost.filter(({ messages }) => messages.length > 0);
  const messages = [...new Set(losing.flatMap((each) => each.messages))];
  const more = messages.length - SHOWN;
  if (messages.length === 0) return [];
  return [
    {
      check: 'graphql',
      where: `GraphQL of ${losing.map(({ role }) => role).join(', ')}`,
      expected: 'everything that clients could use before',
      seen: `${messages.slice(0, SHOWN).join(' ')}${more > 0 ? ` … and ${more} more` : ''}`,
      fix: `Put back what is still needed. If clients no longer need it, run ${toRun('snapshot')} and have the change reviewed.`,
    },
  ];
}

/** The objects whose lines in the page of access differ between two texts of it. */
export function changedObjects(before: string, now: string): string[] {
  const [was, is] = [new Set(before.split('\n')), new Set(now.split('\n'))];
  const changed = [...was].filter((line) => !is.has(line));
  return [...new Set(changed.flatMap((line) => /^\|\s*([^|]+?)\s*\|/.exec(line)?.[1] ?? []))];
}

/** A name as GraphQL's inflection can't change it: without schema, types, plural and case. */
function bare(object: string): string {
  const name = squeezed(object.replace(/\(.*/s, '').replace(/^.*\./, ''));
  return name.replace(/(ies|es|s|y)$/, '');
}

const squeezed = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9.]/g, '');
