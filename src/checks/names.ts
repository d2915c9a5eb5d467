/** PostgreSQL keeps no more bytes of a name. */
const LIMIT = 63;

const bytes = (text: string): number => Buffer.byteLength(text);

/** The first bytes of a text, without half a character at the end. */
function clip(text: string, length: number): string {
  let end = text.length;
  while (bytes(text.slice(0, end)) > length) end--;
  return text.slice(0, end);
}

/**
 * The names that an object may have whose name is made of these parts: all of it, or, where that is longer than
 * PostgreSQL keeps, what it makes of a written name (the end is cut off) or of one that it generates (the longer of
 * subject and columns is shortened, so that the ending stays).
 */
export function allowedNames(subject: string, columns: string, ending: string): string[] {
  const whole = [subject, columns, ending].filter(Boolean).join('_');
  if (bytes(whole) <= LIMIT) return [whole];
  const room = LIMIT - (columns ? 1 : 0) - (ending ? bytes(ending) + 1 : 0);
  let [first, second] = [bytes(subject), bytes(columns)];
  while (first + second > room) {
    if (first > second) first--;
    else second--;
  }
  const generated = [clip(subject, first), clip(columns, second), ending].filter(Boolean).join('_');
  return [clip(whole, LIMIT), generated];
}

/** Whether a text is one or more of the words, each at most once and in any order, joined by underscores. */
export function madeOf(text: string, words: readonly string[]): boolean {
  return words.some(
    (word, index) =>
      text === word || (text.startsWith(`${word}_`) && madeOf(text.slice(word.length + 1), words.toSpliced(index, 1))),
  );
}
