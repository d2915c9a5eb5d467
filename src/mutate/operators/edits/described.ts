import { fromBytes } from './code.ts';
import { applied, type SqlEdit } from './edit.ts';

const LONGEST = 120;

/**
 * Says an edit by the line that it changes, before and after. It stays the same when something else of the text changes,
 * so that it can stand in an id.
 */
export function described(text: string, edit: Pick<SqlEdit, 'from' | 'to' | 'by'>): string {
  const start = text.lastIndexOf('\n', edit.from - 1) + 1;
  const behind = text.indexOf('\n', Math.max(edit.to, start));
  const end = behind < 0 ? text.length : behind;
  const before = text.slice(start, end);
  const after = applied(before, { from: edit.from - start, to: edit.to - start, by: edit.by });
  return changed(fromBytes(before), fromBytes(after));
}

/** A text before and after, each cut to what is around the difference. */
function changed(before: string, after: string): string {
  const [one, other] = [before, after].map((text) => text.replaceAll(/\s+/g, ' ').trim()) as [string, string];
  let same = 0;
  while (same < one.length && one[same] === other[same]) same++;
  const from = Math.max(0, same - LONGEST / 2);
  const shown = (text: string): string =>
    (from > 0 ? '…' : '') + text.slice(from, from + LONGEST) + (text.length > from + LONGEST ? '…' : '');
  return `${shown(one)} → ${shown(other)}`;
}
