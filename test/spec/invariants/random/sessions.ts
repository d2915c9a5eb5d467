import pg from 'pg';
import type { Random } from '../../../../spec/legacy/random.ts';
import { quoteLiteral } from '../../../../src/sql/quote.ts';
import type { Step, Steps } from './steps.ts';

/** A transaction that a session ran, and how it ended. */
export interface Ran {
  readonly session: number;
  readonly steps: readonly Step[];
  /** In ms of performance.now(). */
  readonly from: number;
  readonly to: number;
  /** `committed`, `rolled back`, or the error. */
  readonly ended: string;
  /** The SQLSTATE of the error; of a connection that broke, `lost`. */
  readonly code?: string;
}

/** A session that runs statements, and connects again whenever it is killed. */
export interface Session {
  /** Draws a transaction of one or more statements, and runs it. */
  run(steps: Steps, random: Random): Promise<Ran>;
  /** The process on the server, of a session that is connected. */
  pid(): number | undefined;
  end(): Promise<void>;
}

export function openSession(url: string, number: number): Session {
  let client: pg.Client | undefined;
  let pid: number | undefined;

  async function connected(): Promise<pg.Client> {
    if (client) return client;
    const fresh = new pg.Client({ connectionString: url });
    fresh.on('error', () => {});
    fresh.on('end', () => {
      if (client === fresh) client = undefined;
    });
    await fresh.connect();
    const { rows } = await fresh
      .query<{ pid: number }>("set statement_timeout = '20s'; select pg_backend_pid() as pid")
      .then(
        (results) => (results as unknown as pg.QueryResult<{ pid: number }>[])[1] as pg.QueryResult<{ pid: number }>,
      );
    pid = rows[0]?.pid;
    client = fresh;
    return fresh;
  }

  return {
    pid: () => (client ? pid : undefined),
    async run(steps, random) {
      const count = random.chance(0.15) ? random.between(2, 4) : 1;
      const drawn = Array.from({ length: count }, () => steps.draw(random));
      const end = count > 1 && random.chance(0.2) ? 'rollback' : 'commit';
      const from = performance.now();
      try {
        const use = await connected();
        try {
          await use.query(['begin', ...drawn.map(asCaller), end].join(';\n'));
          return {
            session: number,
            steps: drawn,
            from,
            to: performance.now(),
            ended: end === 'commit' ? 'committed' : 'rolled back',
          };
        } catch (error) {
          await use.query('rollback').catch(() => {
            client = undefined;
          });
          throw error;
        }
      } catch (error) {
        const { code, message } = error as { code?: string; message: string };
        const lost = code === undefined || !/^[0-9A-Z]{5}$/.test(code) || code === '57P01';
        if (lost) client = undefined;
        return {
          session: number,
          steps: drawn,
          from,
          to: performance.now(),
          ended: `${code}: ${message}`,
          code: lost ? 'lost' : code,
        };
      }
    },
    end: async () => client?.end().catch(() => {}),
  };
}

/** The SQL of a step, as its caller; the operator is the session's own role. */
export function asCaller({ caller: { role, id }, sql }: Step): string {
  if (role === null) return `reset role; select set_config('request.jwt.claims', '', true); ${sql}`;
  const claims = JSON.stringify({ ...(id ? { sub: id } : {}), role });
  return `set local role ${role}; select set_config('request.jwt.claims', ${quoteLiteral(claims)}, true); ${sql}`;
}
