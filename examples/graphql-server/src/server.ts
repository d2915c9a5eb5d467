import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { PgSimplifyInflectionPreset } from '@graphile/simplify-inflection';
import { postgraphile } from 'postgraphile';
import { makePgService } from 'postgraphile/adaptors/pg';
import { grafserv } from 'postgraphile/grafserv/node';
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber';
import { VectorTypesPlugin } from '../../../src/graphql/vector-types.ts';
import { type Caller, callerOf } from './claims.ts';
import { LIMITS, LimitsPlugin } from './limits.ts';

export interface ServerSettings {
  /** The database, as a user that may become anon and authenticated, and that row security holds back. */
  readonly connectionString: string;
  /** With which tokens are signed. */
  readonly secret: string;
  /** Whether requests are limited; false only to measure what that prevents. */
  readonly limited?: boolean;
}

const ROLES = ['anon', 'authenticated'];

/** Makes an HTTP server that answers POST /graphql, each caller by the schema that the grants of its role allow. */
export async function graphqlServer({
  connectionString,
  secret,
  limited = true,
}: ServerSettings): Promise<{ readonly server: Server; release(): Promise<void> }> {
  const callers = new WeakMap<IncomingMessage, Caller>();
  const services = new Map(
    ROLES.map((role) => [
      role,
      makePgService({
        connectionString,
        schemas: ['public'],
        pubsub: false,
        pgSettingsForIntrospection: { role },
        poolConfig: { max: 5 },
      }),
    ]),
  );
  const instances = new Map(
    [...services].map(([role, service]) => [
      role,
      postgraphile({
        extends: [PostGraphileAmberPreset, PgSimplifyInflectionPreset],
        plugins: [VectorTypesPlugin, ...(limited ? [LimitsPlugin] : [])],
        pgServices: [service],
        grafserv: { graphiql: false, graphqlOverGET: false, ...(limited ? { maxRequestLength: LIMITS.body } : {}) },
        grafast: {
          context: ({ node }) => ({ pgSettings: settingsOf(node && callers.get(node.req), limited) }),
          ...(limited ? { timeouts: { planning: 500, execution: 5_000 } } : {}),
        },
      }),
    ]),
  );
  const handlers = new Map<string, (request: IncomingMessage, response: ServerResponse) => void>();
  for (const [role, instance] of instances) {
    const serv = instance.createServ(grafserv);
    await instance.getSchema();
    handlers.set(role, serv.createHandler());
  }
  const key = new TextEncoder().encode(secret);
  const server = createServer((request, response) => {
    callerOf(request, key).then(
      (caller) => {
        callers.set(request, caller);
        handlers.get(caller.role)?.(request, response);
      },
      () => {
        const body = JSON.stringify({ errors: [{ message: 'The token is not valid.' }] });
        response.writeHead(401, { 'content-type': 'application/json', connection: 'close' }).end(body);
      },
    );
  });
  return {
    server,
    async release() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
      for (const instance of instances.values()) await instance.release();
      for (const service of services.values()) await service.release?.();
    },
  };
}

/** @throws Error when a request comes without a caller: it would run as the connection's own user */
function settingsOf(caller: Caller | undefined, limited: boolean): Record<string, string> {
  if (!caller) throw new Error('A request without a caller is not answered.');
  return {
    role: caller.role,
    'request.jwt.claims': JSON.stringify(caller.claims),
    ...(limited ? { statement_timeout: String(LIMITS.statement) } : {}),
  };
}
