import { declaredIn } from '../report/layout.ts';
import { paint } from '../report/text.ts';
import type { Suggestion } from './model.ts';
import type { PlacedDeclaration } from './write.ts';

/** The result of declaring an object, for people. */
export function declareText(
  { object, open, hints, declared }: Suggestion,
  placed: readonly PlacedDeclaration[],
): string {
  const already = declared.map((key) => `${object} is declared in ${declaredIn(key)} already.`);
  if (placed.length === 0) return [...already, ...hints].join('\n') || `${object} needs no declaration.`;
  return [
    ...already,
    ...placed.map(({ file, line, written }) => {
      const head = written ? `${paint('green', '+')} ${file}` : `Put this into ${file}:`;
      return `${head}\n\n${indented(line)}\n`;
    }),
    ...open.map((sentence) => `${paint('yellow', '?')} ${sentence}`),
    ...hints.map((sentence) => `· ${sentence}`),
    'That is what the database does now. Correct it to what you intend: what differs is then reported.',
  ].join('\n');
}

const indented = (text: string): string =>
  text
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');
