import pg from 'pg';

/** A name as an SQL identifier, always in double quotes: it is taken as it is, whatever it holds. */
export const quoteIdentifier = (name: string): string => pg.escapeIdentifier(name);

/** The name that an identifier in double quotes stands for. */
export const unquoteIdentifier = (written: string): string => written.slice(1, -1).replaceAll('""', '"');

/** A text as an SQL string literal, whatever standard_conforming_strings is set to. */
export const quoteLiteral = (text: string): string => pg.escapeLiteral(text);
