import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { heading } from '../sql/tokens.ts';
import { columnsIn, type WrittenColumn } from './dump/columns.ts';
import { decide, objectOf } from './dump/decide.ts';
import type { DumpReader, Piece } from './dump/reader.ts';
import { explain, RehearsalError, type ServerError } from './failure.ts';
import type { HostSettings } from './settings.ts';

/** Statements of a dump that were not run on the copy. */
export interface LeftOut {
  /** The beginning of the statement. */
  readonly what: string;
  readonly why: string;
}

export interface Restored {
  readonly leftOut: readonly LeftOut[];
  /** schema.table → rows that the dump has of it, as far as they were counted. */
  readonly rows: ReadonlyMap<string, number>;
  /** The host's tables that the dump has. */
  readonly known: ReadonlySet<string>;
}

interface Restoring {
  readonly client: pg.Client;
  readonly host: HostSettings;
  readonly leftOut: LeftOut[];
  readonly rows: Map<string, number>;
  /** The columns of the host's tables, as the dump has them. */
  readonly written: Map<string, readonly WrittenColumn[]>;
}

/**
 * Runs a plain dump on the copy: everything that holds rows, and of the rest what the server takes.
 * @throws RehearsalError when something that is needed cannot be had
 */
export async function restore(
  client: pg.Client,
  reader: DumpReader,
  host: HostSettings,
  tell: (text: string) => void,
  check: () => void,
): Promise<Restored> {
  const restoring: Restoring = { client, host, leftOut: [], rows: new Map(), written: new Map() };
  let connections = 0;
  for await (const piece of reader.pieces()) {
    if (piece.kind === 'command') {
      if (/^\\c(onnect)?\b/.test(piece.text) && ++connections > 1)
        throw new RehearsalError('The dump holds several databases. Make one of the one database, with pg_dump.');
      continue;
    }
    check();
    if (piece.kind === 'copy') tell(piece.sql.split('(')[0]?.trim() ?? '');
    await run(restoring, piece);
  }
  return { leftOut: restoring.leftOut, rows: restoring.rows, known: new Set(restoring.written.keys()) };
}

async function run(restoring: Restoring, piece: Exclude<Piece, { kind: 'command' }>): Promise<void> {
  const { client, host, leftOut } = restoring;
  const { sql } = piece;
  const decision = decide(sql, host);
  switch (decision.kind) {
    case 'left out':
      if (decision.why !== null) leftOut.push({ what: beginning(sql), why: decision.why });
      return;
    case 'columns':
      restoring.written.set(decision.table, columnsIn(sql));
      return addColumns(client, decision.table, columnsIn(sql));
    case 'needed':
      return piece.kind === 'copy'
        ? copyRows(restoring, piece).catch((error) => refuse(restoring, sql, error))
        : execute(client, withColumns(restoring, sql)).catch((error) => refuse(restoring, sql, error));
    case 'minor':
      return execute(client, sql).catch((error) => stopIf(error));
    default:
      return execute(client, sql)
        .catch((error) => unvalidated(restoring, sql, error))
        .catch((error: ServerError) => {
          stopIf(error);
          leftOut.push({ what: beginning(sql), why: error.message });
        });
  }
}

async function execute(client: pg.Client, sql: string): Promise<void> {
  await client.query(sql);
}

/** A foreign key that its own rows break, which production has, is kept as one that nobody validated. */
async function unvalidated({ client, leftOut }: Restoring, sql: string, error: ServerError): Promise<void> {
  if (error.code !== '23503') throw error;
  await client.query(sql.replace(/;\s*$/, ' not valid;'));
  leftOut.push({ what: `the validation of ${beginning(sql)}`, why: error.detail ?? error.message });
}

/** Adds to a table that the hooks made what the dump's has more. A type that is not there makes way for text. */
async function addColumns(client: pg.Client, table: string, columns: readonly WrittenColumn[]): Promise<void> {
  for (const { name, type } of columns) {
    const { rows } = await client.query<{ known: boolean }>('select to_regtype($1) is not null as known', [
      type.replace(/\(.*\)/, ''),
    ]);
    await client.query(
      `alter table ${table} add column if not exists ${pg.escapeIdentifier(name)} ${rows[0]?.known ? type : 'text'}`,
    );
  }
}

/** An INSERT without columns means those of the dump's table, in their order; the hooks' table has another. */
function withColumns({ written }: Restoring, sql: string): string {
  const plain = /^\s*insert\s+into\s+("?\w+"?\."?\w+"?)\s+(?=values\b)/i.exec(sql);
  const columns = plain && written.get((plain[1] ?? '').replaceAll('"', ''));
  if (!plain || !columns) return sql;
  const list = columns.map(({ name }) => pg.escapeIdentifier(name)).join(', ');
  return `insert into ${plain[1]} (${list}) ${sql.slice(plain[0].length)}`;
}

async function copyRows({ client, rows }: Restoring, piece: Extract<Piece, { kind: 'copy' }>): Promise<void> {
  const object = objectOf(heading(piece.sql, 10));
  let lines = 0;
  async function* counted(): AsyncIterable<Buffer> {
    for await (const chunk of piece.rows) {
      for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines++;
      yield chunk;
    }
  }
  await pipeline(Readable.from(counted(), { objectMode: false }), client.query(copyFrom(piece.sql)));
  const table = object ? `${object.schema}.${object.name}` : piece.sql;
  rows.set(table, (rows.get(table) ?? 0) + lines);
}

function refuse({ leftOut }: Restoring, sql: string, error: ServerError): never {
  stopIf(error);
  if (error.name === 'TruncatedDump') throw error;
  const extensions = leftOut.filter(({ what }) => /^create extension/i.test(what));
  const cause =
    extensions.length > 0 ? ` The server also refused: ${extensions.map(({ why }) => why).join('; ')}.` : '';
  throw new RehearsalError(`The copy's server does not take ${beginning(sql)}: ${error.message}.${cause}`, {
    cause: error,
  });
}

/** What went wrong with the server itself is no reason to go on. */
function stopIf(error: ServerError): void {
  const reason = explain(error);
  if (reason) throw new RehearsalError(reason, { cause: error });
}

function beginning(sql: string): string {
  const line = sql.trim().replaceAll(/\s+/g, ' ');
  return line.length > 90 ? `${line.slice(0, 90)}…` : line;
}
