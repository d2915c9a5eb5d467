import { createServer, type Socket } from 'node:net';
import { expect, test } from '@jest/globals';
import { withClient } from '../../src/database/connect.ts';

/** Connects to a server that does so with each client's first bytes. */
async function refusedBy(answer: (socket: Socket) => void): Promise<unknown> {
  const server = createServer((socket) => socket.once('data', () => answer(socket)).on('error', () => {}));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  try {
    return await withClient(`postgres://me@127.0.0.1:${port}/x`, async () => {});
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

test('a server that stops while a client connects is told as that, and what to do', async () => {
  await expect(refusedBy((socket) => socket.resetAndDestroy())).rejects.toThrow(
    /^The server at postgres:\/\/me@127\.0\.0\.1:\d+\/x ended the connection before it began \(read ECONNRESET\): it is starting or stopping\. Try again when it runs\.$/,
  );
});

test('a server that is starting up says so itself', async () => {
  const fields = 'SFATAL\0VFATAL\0C57P03\0Mthe database system is starting up\0\0';
  const answer = Buffer.concat([Buffer.from('E\0\0\0\0', 'latin1'), Buffer.from(fields)]);
  answer.writeInt32BE(answer.length - 1, 1);
  await expect(refusedBy((socket) => socket.end(answer))).rejects.toThrow(
    /ended the connection before it began \(the database system is starting up\)/,
  );
});
