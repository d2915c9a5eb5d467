import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serveStatic } from 'postgraphile/grafserv/ruru/static';
import type { Persona } from '../../access/model.ts';
import { untilStopped } from '../../database/running.ts';
import { databaseOf } from '../../database/urls.ts';
import { GraphqlError } from '../error.ts';
import { answerAs, type ExploredRows } from './answer.ts';
import { EXPLORER_STYLE, explorerHtml, FILES } from './page.ts';
import { EXPLORER_SCRIPT } from './page-script.ts';
import { foreignRequest, PERSONA_HEADER, wrongForm } from './refusal.ts';
import { refuse, replyOf, sendErrors, sendJson, sendText } from './reply.ts';
import { bodyOf, readDocument } from './request.ts';
import type { ExplorerSchemas } from './schemas.ts';

/** For whom to serve which database. */
export interface ExplorerSettings extends ExploredRows {
  /** The project's name. */
  readonly name: string;
  readonly personas: readonly Persona[];
  /** The persona that the page begins with. */
  readonly first: Persona;
  readonly schemas: ExplorerSchemas;
  /** On 127.0.0.1; 0 takes a free one. */
  readonly port: number;
  /** Is given what went wrong with a request that is not the request's own fault. */
  readonly report: (error: unknown) => void;
}

/** A page that is served until it is stopped. */
export interface Explorer {
  readonly url: string;
  stop(): Promise<void>;
}

const HOST = '127.0.0.1';

/** Nothing of another host, no script but this server's files, and no other page around it. */
const SECURITY = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self' data:; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;

/**
 * Serves GraphiQL and the API behind it on 127.0.0.1.
 * @throws GraphqlError when the port is taken
 */
export async function startExplorer(settings: ExplorerSettings): Promise<Explorer> {
  const files = serveStatic(FILES.ruru);
  const server = createServer((request, response) => {
    for (const [header, value] of Object.entries(SECURITY)) response.setHeader(header, value);
    const { port } = server.address() as AddressInfo;
    answer(settings, files, port, request, response).catch((error: unknown) => {
      if (request.destroyed && !request.complete) return;
      settings.report(error);
      sendErrors(response, 503, ['It could not be answered. The terminal in which the server runs says why.']);
    });
  });
  server.listen(settings.port, HOST);
  await once(server, 'listening').catch((cause: NodeJS.ErrnoException) => {
    const why =
      cause.code === 'EADDRINUSE'
        ? `Port ${settings.port} of ${HOST} is in use. Stop what listens there, or name another with --port; --port 0 takes any free one.`
        : `Port ${settings.port} of ${HOST} cannot be used (${cause.code}). Name another with --port; --port 0 takes any free one.`;
    throw new GraphqlError(why, { cause });
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${HOST}:${port}/?as=${encodeURIComponent(settings.first.name)}`,
    stop: untilStopped(async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    }),
  };
}

async function answer(
  settings: ExplorerSettings,
  files: ReturnType<typeof serveStatic>,
  port: number,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const foreign = foreignRequest(request, port);
  if (foreign) return refuse(response, foreign);
  const { pathname } = URL.parse(request.url ?? '/', `http://${HOST}:${port}`) ?? { pathname: '' };
  if (pathname === '/graphql') return answerDocument(settings, request, response);
  if (request.method !== 'GET') return refuse(response, { status: 405, message: 'Only GET is answered here.' });
  if (pathname === '/') {
    // Whoever loads the page again wants the database as it is now.
    settings.schemas.forget();
    const page = { ...settings, database: databaseOf(settings.url), keeps: settings.world === undefined };
    return sendText(response, 'text/html', explorerHtml(page));
  }
  if (pathname === FILES.script) return sendText(response, 'text/javascript', EXPLORER_SCRIPT);
  if (pathname === FILES.style) return sendText(response, 'text/css', EXPLORER_STYLE);
  files(request, response, () => refuse(response, { status: 404, message: 'There is nothing here.' }));
}

async function answerDocument(
  settings: ExplorerSettings,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const wrong = wrongForm(request);
  if (wrong) return refuse(response, wrong);
  const persona = personaOf(settings.personas, request);
  if (!persona) {
    const names = settings.personas.map(({ name }) => name).join(', ');
    return sendErrors(response, 400, [`The header ${PERSONA_HEADER} must name a persona: ${names}.`]);
  }
  const body = await bodyOf(request);
  if (typeof body !== 'string') return refuse(response, body);
  const built = await settings.schemas.of(persona.role);
  const asked = readDocument(built.schema, body);
  if (!('document' in asked)) return sendErrors(response, 400, asked);
  const answered = await answerAs(settings, persona, built, asked);
  const explains = request.headers['x-graphql-explain'] !== undefined && !asked.isIntrospection;
  sendJson(response, 200, replyOf(persona, answered, explains));
}

function personaOf(personas: readonly Persona[], { headers }: IncomingMessage): Persona | undefined {
  const named = String(headers[PERSONA_HEADER] ?? '');
  return personas.find(({ name }) => encodeURIComponent(name) === named);
}
