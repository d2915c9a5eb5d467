import type { Derivation } from '../derived/derive.ts';
import { BOTH_WAYS, FORWARD, isFiltered } from '../derived/lists.ts';

/** A member of a type that is to be read. */
export interface MemberLine {
  readonly name: string;
  readonly text: string;
}

/** The members of a type that do not follow from a rule, or whose arguments do not; sorted. */
export function memberLines(derivation: Derivation, type: string): MemberLine[] {
  return derivation
    .has(type)
    .filter((name) => !isByRule(derivation, `${type}.${name}`))
    .map((name) => ({ name, text: memberText(derivation, `${type}.${name}`) }));
}

/** Whether a member says what a rule says, with its arguments. */
export function isByRule({ derived, has, lacks }: Derivation, path: string): boolean {
  return (
    derived.has(path) && lacks(path).length === 0 && has(path).every((argument) => derived.has(`${path}.${argument}`))
  );
}

/** A member with its arguments; those by which a list is read are written as one mark. */
function memberText(derivation: Derivation, path: string): string {
  const { elements } = derivation.view;
  const text = elements.get(path) ?? '';
  const mark = reading(derivation, path);
  const args = derivation.has(path).filter((name) => !mark || !isOfList(derivation, `${path}.${name}`));
  const all = [...args.map((name) => elements.get(`${path}.${name}`)), ...(mark ? [mark] : [])];
  const name = path.slice(path.lastIndexOf('.') + 1);
  return all.length > 0 ? `${name}(${all.join(', ')})${text.slice(name.length)}` : text;
}

function isOfList({ derived }: Derivation, path: string): boolean {
  const by = derived.get(path)?.by;
  return by === 'type' || by === 'index';
}

/** The mark for the arguments of a list: … where it is read in both directions, → where it is read from its start. */
function reading(derivation: Derivation, path: string): string | undefined {
  const args = derivation.has(path).filter((name) => isOfList(derivation, `${path}.${name}`));
  if (args.join() === FORWARD.join()) return '→';
  const rows = derivation.derived.get(`${path}.${args[0]}`)?.type;
  const hasCondition = rows !== undefined && isFiltered(derivation.view, rows);
  const lacking = BOTH_WAYS.filter((name) => !args.includes(name) && (name !== 'condition' || hasCondition));
  return lacking.length <= 2 ? ['…', ...lacking.map((name) => `no ${name}`)].join(' ') : undefined;
}
