import type { ConnectionStrings } from '../../database/urls.ts';
import { NEWEST_BEFORE, newestCommitted } from '../files.ts';
import { capture } from '../graphile-migrate.ts';
import {
  dropCopies,
  dropOtherCopies,
  keepCopy,
  keptCopies,
  ownerOfShadow,
  readCopyKey,
  shadowFromCopy,
} from './copies.ts';

/** The variable in which `commit` names, for the gate, the copy from which another database like the shadow can be made. */
export const KEPT_COPY = 'ROLECALL_KEPT_COPY';

/** A copy, as the gate has to know it. */
export interface GivenCopy {
  readonly name: string;
  readonly owner: string;
}

/** The copy in the variable, if there is one. */
export const copyIn = (variable: string | undefined): GivenCopy | undefined =>
  variable ? (JSON.parse(variable) as GivenCopy) : undefined;

/** The module that keeps graphile-migrate's commit from resetting a shadow database that is ready. */
export const SHADOW_READY = new URL('./shadow-ready.ts', import.meta.url);

/** Whether the shadow database has the committed migrations and nothing else, and the copy that was kept of it. */
export interface ReadyShadow {
  readonly ready: boolean;
  readonly copy?: GivenCopy | undefined;
}

/**
 * Gives the shadow database what graphile-migrate's reset would: the committed migrations on an empty database. It is a copy of
 * what an earlier commit kept where everything that made that is the same now; otherwise graphile-migrate makes it, and a
 * copy is kept. Older copies are dropped.
 * @returns not ready, with the shadow database in any state, where graphile-migrate has to reset it itself
 */
export async function readyShadow(urls: ConnectionStrings): Promise<ReadyShadow> {
  const owner = await ownerOfShadow(urls);
  const now = await readCopyKey(urls, owner);
  const kept = now && (await keptCopies(urls)).find(({ key }) => key === now.key);
  await dropOtherCopies(urls, kept?.name);
  if (!now) return { ready: false };
  if (kept) {
    if (await shadowFromCopy(urls, kept, now)) return { ready: true, copy: { name: kept.name, owner } };
    await dropCopies(urls, [kept.name]);
  }
  // Its hooks, the gate among them, are told that nothing is being committed.
  const variables = { [NEWEST_BEFORE]: await newestCommitted() };
  const { code } = await capture(['reset', '--shadow', '--erase'], urls, variables);
  // graphile-migrate says why when it tries again.
  if (code !== 0) return { ready: false };
  const fresh = await keepCopy(urls, urls.shadow, now);
  return { ready: true, copy: fresh && { name: fresh.name, owner } };
}
