import type { ServerResponse } from 'node:http';
import type { Persona } from '../../access/model.ts';
import { isServerError } from '../../database/error-text.ts';
import type { DocumentError } from '../answers/documents.ts';
import type { ExplorerAnswer } from './answer.ts';
import type { RequestRefusal } from './refusal.ts';

/**
 * The result with the persona in it, since what a page shows may be of the one before.
 * @param explains whether the statements that were sent are in it, as GraphiQL shows them
 */
export function replyOf({ name }: Persona, { result, sent, missing }: ExplorerAnswer, explains: boolean): unknown {
  const { data, errors } = result;
  const operations = sent.map(({ text, values }, index) => ({
    type: 'sql',
    title: `Statement ${index + 1}`,
    query: [text, ...values.map((value, place) => `-- $${place + 1}: ${JSON.stringify(value)}`)].join('\n'),
  }));
  const lacks = missing.map(({ table, row, reason }) => `The world lacks a row of ${table} (${row}): ${reason}`);
  return {
    ...(errors ? { errors: errors.map(errorReply) } : {}),
    data,
    extensions: {
      persona: name,
      ...(lacks.length > 0 ? { world: lacks } : {}),
      ...(explains ? { explain: { operations } } : {}),
    },
  };
}

/** An error as GraphQL has it, with what the server said of it. */
function errorReply({ message, path, originalError }: DocumentError): unknown {
  const server = isServerError(originalError) ? originalError : undefined;
  return {
    message,
    ...(path ? { path } : {}),
    ...(server ? { extensions: { code: server.code, detail: server.detail, hint: server.hint } } : {}),
  };
}

/** Sends why a request is not answered. */
export function refuse(response: ServerResponse, { status, message }: RequestRefusal): void {
  sendErrors(response, status, [message]);
}

/** Sends errors, each a message. */
export function sendErrors(response: ServerResponse, status: number, messages: readonly string[]): void {
  sendJson(response, status, { errors: messages.map((message) => ({ message })) });
}

/** Sends a value as JSON. */
export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  // What was not read of a refused request would be taken for the next one.
  if (status >= 400) response.setHeader('connection', 'close');
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
  response.end(JSON.stringify(value));
}

/** Sends one of the page's own files. */
export function sendText(response: ServerResponse, type: string, text: string): void {
  response.writeHead(200, { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-store' });
  response.end(text);
}
