/**
 * A message without what may differ between two calls or runs: quoted texts, ids, numbers, nulls, and texts of the world that are
 * no plain word.
 */
export function withoutValues(message: string, texts: readonly string[]): string {
  let text = message.replaceAll(/\s+/g, ' ');
  for (const one of texts) if (text.includes(one)) text = text.replaceAll(one, '…');
  return text
    .replaceAll(/"[^"]*"|<NULL>/g, (quoted) => (quoted === '<NULL>' ? '…' : '"…"'))
    .replaceAll(/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi, '…')
    .replaceAll(/-?\b\d+(\.\d+)?\b/g, '…')
    .replaceAll(/…[…:.+-]*…/g, '…');
}

/** The texts of rows that a message may have as values: those that a plain word could not be, the longest first. */
export function tellingTexts(rows: readonly { readonly values: Readonly<Record<string, string | null>> }[]): string[] {
  const texts = rows.flatMap(({ values }) => Object.values(values).flatMap((text) => text ?? []));
  return [...new Set(texts)]
    .filter((text) => text.length > 3 && text.length < 200 && /[\d@_-]/.test(text))
    .sort((one, other) => other.length - one.length || (one < other ? -1 : 1));
}
