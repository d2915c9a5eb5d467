import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { HOSTILE } from './hostile.ts';
import { graphqlServer } from './server.ts';
import { tokenFor } from './token.ts';

const { DATABASE_URL, SUBJECT = '00000000-0000-4000-8000-00000000aaa1' } = process.env;
if (!DATABASE_URL) throw new Error('Set DATABASE_URL to a database that `npm start` has built.');
const secret = 'only to measure, never in production';
const token = await tokenFor(SUBJECT, secret);

process.stdout.write('| document | limits | answer | milliseconds | rows |\n| --- | --- | --- | ---: | ---: |\n');
for (const limited of [false, true]) {
  const { server, release } = await graphqlServer({ connectionString: DATABASE_URL, secret, limited });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  for (const [name, query] of Object.entries(HOSTILE)) {
    const started = performance.now();
    const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query }),
    });
    const text = await response.text();
    const took = Math.round(performance.now() - started);
    if (response.status !== 200 && !limited) throw new Error(text);
    const rows = text.match(/"rowId"/g)?.length ?? 0;
    process.stdout.write(`| ${name} | ${limited ? 'with' : 'without'} | ${response.status} | ${took} | ${rows} |\n`);
  }
  await release();
}
