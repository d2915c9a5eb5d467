import { type ApiChange, LEVELS } from './model.ts';

const OPEN = 8;

/**
 * The changes of a role's API in Markdown, for a comment: how many of each level, then a line each. What is harmless, and
 * what is too much to read at once, is folded.
 * @param changes as `apiChanges` gives them, worst first
 */
export function apiChangesMarkdown(role: string, changes: readonly ApiChange[]): string {
  const title = `**GraphQL, ${escaped(role)}**`;
  if (changes.length === 0) return `${title}: no change\n`;
  const harmful = changes.filter(({ level }) => level !== 'safe');
  const shown = harmful.length === 0 && changes.length <= OPEN ? changes : harmful.slice(0, OPEN);
  const rest = changes.slice(shown.length);
  const lines = [...shown.map(line), ...(rest.length > 0 ? ['', ...details(rest, shown.length > 0)] : [])];
  return `${title}: ${countsOf(changes)}\n\n${lines.join('\n').trimStart()}\n`;
}

function details(changes: readonly ApiChange[], isRest: boolean): string[] {
  const summary = `<summary>${isRest ? 'And ' : ''}${countsOf(changes)}</summary>`;
  return [`<details>${summary}`, '', ...changes.map(line), '', '</details>'];
}

const countsOf = (changes: readonly ApiChange[]): string =>
  LEVELS.map((level) => ({ level, number: changes.filter((change) => change.level === level).length }))
    .filter(({ number }) => number > 0)
    .map(({ level, number }) => `${number} ${level}`)
    .join(', ');

const line = ({ level, message }: ApiChange): string =>
  `- ${level === 'safe' ? level : `**${level}**`}: ${escaped(message)}`;

/** A text as it stands, where Markdown and HTML would read something else in it; descriptions have several lines. */
const escaped = (text: string): string =>
  text
    .replaceAll(/\s+/g, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll(/[\\`*_~[\]|]/g, '\\$&');
