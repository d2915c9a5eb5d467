import { type ApiChange, apiChanges } from '../../graphql/changes/changes.ts';
import { counted } from '../../report/format.ts';
import type { StateFacts } from '../facts.ts';
import type { Level, ReviewItem, ReviewSection } from '../model.ts';
import { notEvaluatedSection } from './not-evaluated.ts';

const TITLE = 'API per role';

const LEVEL_OF: Readonly<Record<ApiChange['level'], Level>> = { breaking: 'look', dangerous: 'look', safe: 'note' };
const ORDER = ['breaking', 'dangerous', 'safe'] as const;

/** The changes of each role's GraphQL schema: those that break clients first; one that several roles have is said once. */
export async function apiSection(before: StateFacts | undefined, after: StateFacts): Promise<ReviewSection> {
  if ('why' in after.graphql) return notEvaluatedSection(TITLE, after.graphql.why);
  if (!before) return notEvaluatedSection(TITLE, 'There is no base to compare with.');
  if ('why' in before.graphql) return notEvaluatedSection(TITLE, `Of the base: ${before.graphql.why}`);
  const [was, is] = [before.graphql.value, after.graphql.value];
  const all = await changesByRole(was, is);
  const newRoles = Object.keys(is).filter((role) => !(role in was));
  const items = [
    ...ORDER.flatMap((level) => all.filter(({ change }) => change.level === level).map(itemOf)),
    ...newRoles.map((role): ReviewItem => ({ level: 'note', title: `role ${role} has an API for the first time` })),
    ...Object.keys(was)
      .filter((role) => !(role in is))
      .map((role): ReviewItem => ({ level: 'look', title: `role ${role} has no API any more` })),
  ];
  const count = (level: ApiChange['level']): string[] => {
    const number = all.filter(({ change }) => change.level === level).length;
    return number > 0 ? [`${number} ${level}`] : [];
  };
  return {
    title: TITLE,
    headline:
      items.length === 0
        ? `no change for ${Object.keys(is).join(', ')}`
        : all.length === 0
          ? counted(items.length, 'change')
          : `${ORDER.flatMap(count).join(', ')}: ${rolesOf(all).join(', ')}`,
    items,
  };
}

interface RoleChange {
  readonly change: ApiChange;
  readonly roles: readonly string[];
}

async function changesByRole(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): Promise<RoleChange[]> {
  const roles = Object.keys(after).filter((role) => role in before);
  const changes: { readonly role: string; readonly change: ApiChange }[] = [];
  for (const role of roles)
    for (const change of await apiChanges(before[role] ?? '', after[role] ?? '')) changes.push({ role, change });
  const groups = Map.groupBy(changes, ({ change }) => JSON.stringify(change));
  return [...groups.values()].flatMap((group) => {
    const change = group[0]?.change;
    return change ? [{ change, roles: group.map(({ role }) => role) }] : [];
  });
}

const rolesOf = (changes: readonly RoleChange[]): string[] => [...new Set(changes.flatMap(({ roles }) => roles))];

function itemOf({ change, roles }: RoleChange): ReviewItem {
  const { level, message } = change;
  return {
    level: LEVEL_OF[level],
    title: `${level} for ${roles.join(', ')}: ${message.replace(/\.$/, '')}`,
  };
}
