import { linkSync, mkdirSync, readFileSync, renameSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { HOST } from './constants.ts';
import { EngineError } from './error.ts';
import { type ServingState, WHO_ARE_YOU } from './identity.ts';
import { FrameReader, readString } from './protocol/frames.ts';

/** Who serves a data folder. */
export interface FolderOwner {
  port: number;
  /** Random, so that whoever answers on the port can show that it is the one. */
  token: string;
  process: number;
}

const FILE = 'lock';
/** Longer than a take-over ever takes: one that began before that died in it. */
const STALE_TAKEOVER = 10_000;
const ANSWER_TIME = 2_000;
const STOPPING_TIME = 30_000;

/** Makes the folder this process's own; gives back the owner to join when another process serves it. */
export async function claimFolder(folder: string, self: FolderOwner): Promise<FolderOwner | null> {
  const lock = join(folder, FILE);
  const own = `${lock}.${self.token}`;
  writeFileSync(own, JSON.stringify(self));
  const until = performance.now() + STOPPING_TIME;
  try {
    for (;;) {
      try {
        // A link, unlike a write, exists with its complete content or not at all, and never replaces another.
        linkSync(own, lock);
        return null;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const owner = readOwner(lock);
      const answer = owner ? await ask(owner) : 'nobody';
      if (answer === 'open') return owner;
      if (answer === 'nobody' && (await takeOver(lock, own, owner))) return null;
      if (performance.now() > until) {
        throw new EngineError(
          'folder-held',
          `${folder} is held by process ${owner?.process}, which is ${answer} and does not get on. End that process, then try again.`,
        );
      }
      await pause(50);
    }
  } finally {
    rmSync(own, { force: true });
  }
}

/** Who serves the folder now; null when nobody does, or is not ready to. It changes nothing. */
export async function servingOwner(folder: string): Promise<FolderOwner | null> {
  const owner = readOwner(join(folder, FILE));
  return owner && (await ask(owner)) === 'open' ? owner : null;
}

/** Gives the folder up. */
export function releaseFolder(folder: string, self: FolderOwner): void {
  const lock = join(folder, FILE);
  if (readOwner(lock)?.token === self.token) rmSync(lock, { force: true });
}

/** Replaces a lock whose process has ended; one process at a time, so that none replaces the lock of a living one. */
async function takeOver(lock: string, own: string, stale: FolderOwner | null): Promise<boolean> {
  const guard = `${lock}.takeover`;
  try {
    mkdirSync(guard);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const since = statSync(guard, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (Date.now() - since > STALE_TAKEOVER) rmSync(guard, { recursive: true, force: true });
    return false;
  }
  try {
    if (readOwner(lock)?.token !== stale?.token) return false;
    const copy = `${own}.new`;
    linkSync(own, copy);
    renameSync(copy, lock);
    return true;
  } finally {
    rmdirSync(guard);
  }
}

function readOwner(lock: string): FolderOwner | null {
  try {
    return JSON.parse(readFileSync(lock, 'utf8')) as FolderOwner;
  } catch {
    return null;
  }
}

type OwnerAnswer = ServingState | 'silent' | 'nobody';

/** Asks whoever listens on the owner's port whether it is the owner. */
async function ask(owner: FolderOwner): Promise<OwnerAnswer> {
  const { promise, resolve } = Promise.withResolvers<OwnerAnswer>();
  const socket = connect(owner.port, HOST);
  const reader = new FrameReader();
  // A stopped process still has its files open: only one that has ended makes room.
  socket.setTimeout(ANSWER_TIME, () => resolve(isAlive(owner.process) ? 'silent' : 'nobody'));
  socket.on('error', () => resolve('nobody'));
  socket.on('close', () => resolve('nobody'));
  socket.on('connect', () => socket.write(question()));
  socket.on('data', (chunk) => {
    try {
      const [frame] = reader.push(chunk);
      if (!frame) return;
      const name = readString(frame.bytes, 5);
      const [state, token] = readString(frame.bytes, name.next).text.split(' ');
      resolve(
        frame.type === 'S' && name.text === WHO_ARE_YOU && token === owner.token ? (state as OwnerAnswer) : 'nobody',
      );
    } catch {
      resolve('nobody');
    }
  });
  const answer = await promise;
  socket.destroy();
  return answer;
}

function question(): Uint8Array {
  const body = Buffer.from(`user\0postgres\0${WHO_ARE_YOU}\0who\0\0`, 'utf8');
  const header = Buffer.alloc(8);
  header.writeInt32BE(body.length + 8, 0);
  header.writeInt32BE(3 << 16, 4);
  return Buffer.concat([header, body]);
}

function isAlive(process_: number): boolean {
  try {
    return process.kill(process_, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
