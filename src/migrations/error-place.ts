import { parseStatements } from '../sql/statements.ts';

/**
 * Where in a migration's file a statement failed, as `file, line N`; the file alone where the line can't be known.
 * @param file its name, and its text with the header that graphile-migrate puts above the migration
 * @param body the migration as it was sent: one simple query, without that header, with includes written out
 * @param completed how many of its statements had ended before
 * @param error what the server sent; `position` counts characters of the body, from 1
 */
export async function placeIn(
  file: { readonly name: string; readonly text: string },
  body: string,
  completed: number,
  { position }: { readonly position?: string | undefined },
): Promise<string> {
  const at = position === undefined ? await startOf(body, completed) : Number(position) - 1;
  if (at === undefined) return file.name;
  return `${file.name}, line ${lineAt(body, at) + headerLines(file.text, body)}`;
}

async function startOf(body: string, completed: number): Promise<number | undefined> {
  const statements = await parseStatements(body).catch(() => []);
  const failed = statements[completed];
  // Comments before a statement belong to it; people look for its first word.
  return failed && failed.start + leadingComments(failed.sql);
}

function leadingComments(sql: string): number {
  return /^(?:\s+|--[^\n]*(?:\n|$))*/.exec(sql)?.[0].length ?? 0;
}

const lineAt = (text: string, at: number): number => text.slice(0, at).split('\n').length;

/** The number of lines above the body in its file: those of the header, and the blank ones after it. */
function headerLines(text: string, body: string): number {
  const first = body.slice(0, 200);
  const at = text.indexOf(first);
  return at < 0 ? 0 : lineAt(text, at) - 1;
}
