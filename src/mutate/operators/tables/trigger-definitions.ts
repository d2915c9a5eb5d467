import type { Trigger } from '../../../catalog/triggers.ts';
import { type CodeToken, fromBytes, parsedCode, STATEMENT, toBytes } from '../edits/code.ts';
import { applied } from '../edits/edit.ts';

/** A statement that creates a trigger in another way. */
export interface ChangedTrigger {
  readonly operator: string;
  readonly place: string;
  readonly sql: string;
}

/** At the other moment, for one event less, and for any column. */
export function changedTriggers(trigger: Trigger): ChangedTrigger[] {
  const text = toBytes(trigger.definition);
  const { tokens } = parsedCode(text, STATEMENT);
  const isWord = (token: CodeToken | undefined, word: string): boolean => token?.kind === 'word' && token.text === word;
  // CREATE TRIGGER name BEFORE INSERT OR UPDATE OF columns ON table: a name in quotes is no word.
  const last = tokens.findIndex((token) => isWord(token, 'on')) - 1;
  const timing = tokens.findIndex(
    (token, at) => at > 2 && isWord(token, trigger.timing === 'instead of' ? 'of' : trigger.timing),
  );
  const [moment, end] = [tokens[timing], tokens[last]];
  if (!moment || !end) return [];
  const columns = columnsIn(text, tokens.slice(timing + 1, last + 1));
  const replaced = (operator: string, place: string, from: number, to: number, by: string): ChangedTrigger => ({
    operator,
    place,
    sql: fromBytes(applied(text, { from, to, by })),
  });
  const events = (left: readonly string[], of: string): string =>
    ` ${left.map((event) => (event === 'update' ? `update${of}` : event)).join(' or ')}`;
  const other = trigger.timing === 'before' ? 'after' : 'before';
  // One that keeps a constraint, or sees the rows of a statement as a table, can only be AFTER.
  const isFixed =
    trigger.timing === 'instead of' ||
    trigger.constraint !== null ||
    tokens.some((token) => isWord(token, 'referencing'));
  return [
    ...(isFixed ? [] : [replaced('trigger-timing', other, moment.start, moment.end, other)]),
    ...(trigger.events.length > 1 ? trigger.events : []).map((event) => {
      const left = trigger.events.filter((one) => one !== event);
      return replaced('trigger-event-removed', event, moment.end, end.end, events(left, columns));
    }),
    ...(columns === ''
      ? []
      : [replaced('trigger-columns-removed', '', moment.end, end.end, events(trigger.events, ''))]),
  ];
}

/** The list of columns behind UPDATE, as it is written: ` of a, b`; empty when there is none. */
function columnsIn(text: string, events: readonly CodeToken[]): string {
  const at = events.findIndex(({ text: word, kind }) => kind === 'word' && word === 'of');
  const [of, before] = [events[at], events[at - 1]];
  if (!of || !before) return '';
  const next = events.slice(at).findIndex(({ text: word, kind }) => kind === 'word' && word === 'or');
  const end = next < 0 ? events.at(-1) : events[at + next - 1];
  return text.slice(before.end, end?.end);
}
