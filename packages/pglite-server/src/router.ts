import { createHash, randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { Cluster } from './cluster/cluster.ts';
import type { FromRouter, RouterOptions } from './engine.ts';
import { explain } from './error.ts';
import { makeFolder } from './folder.ts';
import { claimFolder, type FolderOwner, releaseFolder } from './folder-lock.ts';
import { Databases } from './server/databases.ts';
import { WireServer } from './server/server.ts';
import { loadParser } from './sql/statements.ts';

// The thread that talks to the clients: it never computes anything long, so that no client waits for another's query.
const options = workerData as RouterOptions;
const port = parentPort;
if (!port) throw new Error('This file is the start of a worker thread.');
const send = (message: FromRouter) => port.postMessage(message);

try {
  const folder = makeFolder(options.folder);
  const self: FolderOwner = { port: 0, token: randomUUID(), process: process.pid };
  const cluster = new Cluster(folder);
  const server = new WireServer(new Databases(cluster, options.waitFor), self.token);
  self.port = await listen(server, folder);
  const owner = await claimFolder(folder, self);
  if (owner) {
    await server.shut();
    send({ type: 'ready', port: owner.port, joined: true });
    process.exit();
  } else {
    writeFileSync(join(folder, 'port'), String(self.port));
    await Promise.all([cluster.prepare(), loadParser()]);
    server.state = 'open';
    port.once('message', async () => {
      await server.closeAll();
      // Last: from now on another process may open the folder.
      releaseFolder(folder, self);
      await server.shut();
      process.exit();
    });
    send({ type: 'ready', port: self.port, joined: false });
  }
} catch (error) {
  const { code, message } = explain(error, options.folder);
  send({ type: 'failed', code, message });
  process.exit();
}

/** Listens on the port asked for; else on the one that this folder had before, so that connection strings last. */
async function listen(server: WireServer, folder: string): Promise<number> {
  if (options.port !== undefined) return await server.listen(options.port);
  try {
    return await server.listen(preferredPort(folder));
  } catch (error) {
    if (!['EADDRINUSE', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    return await server.listen(0);
  }
}

function preferredPort(folder: string): number {
  try {
    return Number(readFileSync(join(folder, 'port'), 'utf8')) || 0;
  } catch {
    // Below the range that systems hand out, so that it is likely to be free next time.
    return 20_000 + (createHash('sha1').update(folder).digest().readUInt16BE(0) % 10_000);
  }
}
