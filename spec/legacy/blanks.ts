/** What shows nothing: white space of every kind, and characters of no width. */
export const BLANKS: readonly string[] = [
  ...'\t\n\v\f\r \u0085\u00a0\u1680\u180e',
  ...'\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d',
  ...'\u2028\u2029\u202f\u205f\u2060\u3000\ufeff',
];

const LITERAL = BLANKS.map((blank) => `\\u${(blank.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`).join('');

/** SQL of a text without the blanks at its ends. A database that is not migrated has no private.trimmed, which gives the same. */
export const trimmed = (expression: string): string => `btrim(${expression}, E'${LITERAL}')`;
