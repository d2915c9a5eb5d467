import type { ReviewItem, ReviewSection } from '../model.ts';
import { notEvaluatedSection } from './not-evaluated.ts';

/** Signature → persona → what it does for them, as the page of functions says. */
type FunctionLines = ReadonlyMap<string, ReadonlyMap<string, string>>;

/**
 * Functions that do something else for a persona than before, by the pages that are checked in: `check` holds these against
 * the database. To read or change others' rows comes first.
 */
export function functionsSection(before: string | undefined, after: string | undefined): ReviewSection {
  const title = 'What functions do';
  if (before === undefined || after === undefined)
    return notEvaluatedSection(
      title,
      'The page of functions is not checked in on both sides: `npx rolecall snapshot` writes it.',
    );
  const [was, is] = [linesIn(before), linesIn(after)];
  const items = [...new Set([...is.keys(), ...was.keys()])].flatMap((signature) =>
    itemsOf(signature, was.get(signature), is.get(signature)),
  );
  return {
    title,
    headline:
      items.length === 0
        ? 'not evaluated; the page that is checked in is the same'
        : `${new Set(items.map(({ title: text }) => text)).size} changes in the page that is checked in`,
    items: items.toSorted((one, other) => Number(one.level === 'note') - Number(other.level === 'note')),
    isUnasked: true,
    notEvaluated: ['Read from the pages that are checked in; `npx rolecall check` holds them against the database.'],
  };
}

function itemsOf(
  signature: string,
  was: ReadonlyMap<string, string> | undefined,
  is: ReadonlyMap<string, string> | undefined,
): ReviewItem[] {
  if (!is) return [{ level: 'note', title: `${signature} can no longer be called` }];
  const changed = [...is].filter(([persona, text]) => was?.get(persona) !== text);
  const groups = Map.groupBy(changed, ([persona, text]) => JSON.stringify([was?.get(persona), text]));
  return [...groups.values()].map((group): ReviewItem => {
    const [persona = '', now = ''] = group[0] ?? [];
    const before = was?.get(persona);
    const reaches = touchesOthers(now) && !touchesOthers(before ?? '');
    const names = group.map(([name]) => name).join(', ');
    return {
      level: reaches ? 'look' : 'note',
      title: `${signature} ${reaches ? "now reaches others' rows" : was ? 'does something else' : 'is new'} for ${names}`,
      details: [...(before === undefined ? [] : [`before: ${before}`]), `now: ${now}`],
    };
  });
}

const touchesOthers = (text: string): boolean => text.includes("others'");

/** Reads the lines of the page: names of functions in code, and a line for each group of personas below. */
function linesIn(page: string): FunctionLines {
  const lines = new Map<string, Map<string, string>>();
  let own: Map<string, string>[] = [];
  for (const line of page.split('\n')) {
    if (line.startsWith('`') && line.endsWith(')')) {
      own = [...line.matchAll(/`([^`]+)`/g)].map(([, signature = '']) => {
        const map = new Map<string, string>();
        lines.set(signature, map);
        return map;
      });
      continue;
    }
    const [, names, text] = /^- ([^:]+): (.*)$/.exec(line) ?? [];
    if (names === undefined || text === undefined) continue;
    for (const map of own) for (const name of names.split(', ')) map.set(name, text);
  }
  return lines;
}
