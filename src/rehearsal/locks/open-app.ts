import type { AppStatement, Workload } from '../settings.ts';
import { type AppSession, openSession } from './app-session.ts';
import type { UnevaluatedOperation } from './observation.ts';

/** Calls of each statement before the migrations begin, at least: they say what is usual. */
const WARM_UP_CALLS = 5;

/** The sessions of the app, and the statements for which there is none. */
export interface App {
  readonly sessions: readonly AppSession[];
  readonly notEvaluated: readonly UnevaluatedOperation[];
}

/**
 * Opens a session for each statement of the app, and runs it there before any migration. A statement that the copy has no
 * row for, or that fails with each of its rows, is not evaluated. Whoever calls this closes the sessions.
 */
export async function openApp(url: string, { reads, writes }: Workload): Promise<App> {
  const open = async (
    kind: AppSession['kind'],
    statement: AppStatement,
  ): Promise<AppSession | UnevaluatedOperation> => {
    try {
      return await warmedUp(await openSession(url, kind, statement));
    } catch (error) {
      return { operation: statement.name, why: (error as Error).message };
    }
  };
  // All at once, and listed in the order in which they are declared.
  const opened = await Promise.all([
    ...reads.map((statement) => open('read', statement)),
    ...writes.map((statement) => open('write', statement)),
  ]);
  return {
    sessions: opened.filter((each): each is AppSession => !('why' in each)),
    notEvaluated: opened.filter((each): each is UnevaluatedOperation => 'why' in each),
  };
}

async function warmedUp(session: AppSession): Promise<AppSession> {
  try {
    await session.warmUp(WARM_UP_CALLS);
    return session;
  } catch (error) {
    await session.close();
    throw error;
  }
}
