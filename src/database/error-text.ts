import { stripVTControlCharacters } from 'node:util';

/** The fields of an error that a PostgreSQL server sent, as node-postgres has them. */
export interface ServerErrorFields {
  readonly severity?: string | undefined;
  readonly code?: string | undefined;
  readonly message: string;
  readonly detail?: string | undefined;
  readonly hint?: string | undefined;
  /** The context: functions and queries that it was raised in, the innermost first. */
  readonly where?: string | undefined;
}

/** Whether a server sent this error: it has a severity and an SQLSTATE. */
export function isServerError(error: unknown): error is Error & ServerErrorFields {
  const { severity, code } = (error ?? {}) as Partial<ServerErrorFields>;
  return error instanceof Error && typeof severity === 'string' && /^[0-9A-Z]{5}$/.test(code ?? '');
}

/**
 * An error that a server sent, as psql shows it: what happened with its SQLSTATE, then detail, hint and context, a line
 * each. The server's source files, which node-postgres has too, are left out: they do not help here.
 * @param place where it happened, if that is known: it comes first
 */
export function serverErrorText({ code, message, detail, hint, where }: ServerErrorFields, place?: string): string {
  const indented = (heading: string, text: string | undefined): string[] =>
    text ? [`  ${heading} ${text.replaceAll('\n', '\n    ')}`] : [];
  return [
    `${place ? `${place}: ` : ''}${stripVTControlCharacters(message)} (SQLSTATE ${code})`,
    ...indented('Detail:', detail),
    ...indented('Hint:', hint),
    ...indented('Context:', where),
  ].join('\n');
}
