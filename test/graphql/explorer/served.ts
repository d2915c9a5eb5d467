import { type IncomingHttpHeaders, request } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Persona } from '../../../src/access/model.ts';
import type { WorldRow } from '../../../src/access/settings.ts';
import { explorerSchemas } from '../../../src/graphql/explorer/schemas.ts';
import { startExplorer } from '../../../src/graphql/explorer/server.ts';
import { freshDatabase, type TestDatabase } from '../../support/databases.ts';
import { freshRole } from '../../support/roles.ts';

/** Members see and change their own notes, and everybody reads pages. */
const TABLES = (member: string, visitor: string): string => `
  create schema app; grant usage on schema app to ${member}, ${visitor};
  create table app.notes (
    id int generated always as identity primary key, author text not null, title text not null,
    constraint notes_title_key unique (title) deferrable initially deferred
  );
  create table app.pages (id int primary key, title text not null);
  insert into app.pages values (1, 'kept in the database');
  alter table app.notes enable row level security;
  create index on app.notes (author);
  create policy own on app.notes to ${member} using (author = current_setting('test.me', true));
  grant select, insert, update, delete on app.notes to ${member};
  grant select on app.pages to ${member}, ${visitor};`;

const WORLD: readonly WorldRow[] = [
  { table: 'app.notes', row: 'mine', values: { author: 'me', title: 'my note' } },
  { table: 'app.notes', row: 'yours', values: { author: 'you', title: 'your note' } },
  { table: 'app.pages', row: 'any', values: { id: 2, title: 'of the world' } },
];

/** What a request is, where it is not the one of the page. */
export interface Asked {
  readonly persona?: string;
  readonly query?: string;
  readonly body?: string;
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer over HTTP. */
export interface Replied {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** Sends a request as the page does, but for what is given. */
export async function send(
  url: string,
  { persona = 'me', query = '{ __typename }', body, method = 'POST', path = '/graphql', headers = {} }: Asked,
): Promise<Replied> {
  const { hostname, port } = new URL(url);
  const own = { 'content-type': 'application/json', 'x-rolecall-persona': persona };
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, method, path, headers: { ...own, ...headers } }, async (response) => {
      const status = response.statusCode ?? 0;
      resolve({ status, headers: response.headers, text: await text(response) });
    });
    sent.on('error', reject);
    sent.end(method === 'GET' ? undefined : (body ?? JSON.stringify({ query })));
  });
}

/** An explorer of a small database, on a port of its own. */
export interface Served {
  readonly database: TestDatabase;
  readonly url: string;
  /** What went wrong with requests, and is for the terminal. */
  readonly reported: unknown[];
  /** The JSON of an answer with status 200. */
  answer(persona: string, query: string): Promise<Record<string, unknown>>;
  stop(): Promise<void>;
}

export async function served({ keeps = false } = {}): Promise<Served> {
  const database = await freshDatabase();
  const [member, visitor] = [await freshRole(), await freshRole()];
  await database.client.query(TABLES(member.name, visitor.name));
  const personas: Persona[] = [
    { name: 'me', role: member.name, settings: { 'test.me': 'me' } },
    { name: 'you & <yours>', role: member.name, settings: { 'test.me': 'you' } },
    { name: 'visitor', role: visitor.name, settings: {} },
  ];
  const reported: unknown[] = [];
  const explorer = await startExplorer({
    name: 'Notes',
    url: database.url,
    world: keeps ? undefined : WORLD,
    personas,
    first: personas[0] as Persona,
    schemas: explorerSchemas({ connectionString: database.url, schemas: ['app'] }),
    port: 0,
    report: (error) => reported.push(error),
  });
  return {
    database,
    url: explorer.url,
    reported,
    async answer(persona, query) {
      const { status, text: body } = await send(explorer.url, { persona: encodeURIComponent(persona), query });
      if (status !== 200) throw new Error(`${status}: ${body}`);
      return JSON.parse(body);
    },
    async stop() {
      await explorer.stop();
      await database.drop();
      for (const role of [member, visitor]) await role.drop();
    },
  };
}
