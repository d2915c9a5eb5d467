import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { UserError } from '../errors.ts';
import { quoteIdentifier } from '../sql/quote.ts';
import { columnsIn, type DumpedColumn } from './dump/create-table.ts';
import { decide } from './dump/decide.ts';
import { withColumns } from './dump/insert.ts';
import { type DumpPiece, type DumpReader, TruncatedDump } from './dump/reader.ts';
import { type DumpStatement, readStatement } from './dump/statement.ts';
import { RehearsalError, serverFailure } from './error.ts';
import type { HostSettings } from './settings.ts';

/** A statement of a dump that was not run on the copy. */
export interface SkippedStatement {
  /** The beginning of the statement. */
  readonly what: string;
  readonly why: string;
}

/** A dump that was restored. */
export interface RestoredDump {
  readonly leftOut: readonly SkippedStatement[];
  /** schema.table → rows that the dump has of it; only tables whose rows are in a COPY. */
  readonly rows: ReadonlyMap<string, number>;
  /** The host's tables (schema.table) that the dump has. */
  readonly hostTables: ReadonlySet<string>;
}

interface Restoration {
  readonly client: pg.Client;
  readonly host: HostSettings;
  readonly leftOut: SkippedStatement[];
  /** Why the server refused to create an extension. */
  readonly refusedExtensions: string[];
  readonly rows: Map<string, number>;
  /** The columns of the host's tables, as the dump has them. */
  readonly hostColumns: Map<string, readonly DumpedColumn[]>;
}

type SqlPiece = Exclude<DumpPiece, { kind: 'command' }>;

/**
 * Runs a plain dump on an empty database: everything that holds rows, and of the rest whatever the server accepts.
 * @param check is called before each statement and may stop the restoration by throwing
 * @throws RehearsalError when the server refuses a statement without which rows are missing
 * @throws TruncatedDump when the dump ends within a statement or within rows
 */
export async function restoreDump(
  client: pg.Client,
  reader: DumpReader,
  host: HostSettings,
  tell: (text: string) => void,
  check: () => void,
): Promise<RestoredDump> {
  const restoration: Restoration = {
    ...{ client, host, leftOut: [], refusedExtensions: [], rows: new Map(), hostColumns: new Map() },
  };
  let connections = 0;
  for await (const piece of reader.pieces()) {
    if (piece.kind === 'command') {
      if (/^\\c(onnect)?\b/.test(piece.text) && ++connections > 1)
        throw new RehearsalError('The dump holds several databases. Make a dump of one database with pg_dump.');
      continue;
    }
    check();
    const statement = await readStatement(piece.sql);
    if (piece.kind === 'copy') tell(`COPY ${nameOf(statement)}`);
    await run(restoration, piece, statement);
  }
  const { leftOut, rows, hostColumns } = restoration;
  return { leftOut, rows, hostTables: new Set(hostColumns.keys()) };
}

const nameOf = ({ subject }: DumpStatement): string => (subject ? `${subject.schema}.${subject.name}` : '');

async function run(restoration: Restoration, piece: SqlPiece, statement: DumpStatement): Promise<void> {
  const { client, host, leftOut, hostColumns } = restoration;
  const { sql } = piece;
  const decision = decide(statement, host);
  switch (decision.kind) {
    case 'left out':
      if (decision.why !== null) leftOut.push({ what: beginningOf(sql), why: decision.why });
      return;
    case 'columns':
      hostColumns.set(decision.table, columnsIn(statement.fields));
      return addColumns(client, statement, columnsIn(statement.fields));
    case 'needed':
      return runNeeded(restoration, piece, statement).catch((error) => refuse(restoration, sql, error));
    default:
      return execute(client, sql)
        .catch((error) => addUnvalidated(restoration, sql, error))
        .catch((error: Error) => {
          const failure = serverFailure(error);
          if (failure) throw failure;
          if (decision.kind === 'minor') return;
          leftOut.push({ what: beginningOf(sql), why: error.message });
          if (statement.type === 'CreateExtensionStmt') restoration.refusedExtensions.push(error.message);
        });
  }
}

async function runNeeded(restoration: Restoration, piece: SqlPiece, statement: DumpStatement): Promise<void> {
  const { client, hostColumns } = restoration;
  if (piece.kind === 'copy') return copyRows(restoration, piece, statement);
  const columns = statement.type === 'InsertStmt' ? hostColumns.get(nameOf(statement)) : undefined;
  await execute(
    client,
    columns
      ? withColumns(
          piece.sql,
          columns.map(({ name }) => name),
        )
      : piece.sql,
  ).catch((error: unknown) => {
    const isThere = error instanceof pg.DatabaseError && error.code === DUPLICATE_SCHEMA;
    if (!isThere || statement.type !== 'CreateSchemaStmt') throw error;
  });
}

/** SQLSTATE duplicate_schema: the hooks or the server's template database made it already. */
const DUPLICATE_SCHEMA = '42P06';

async function execute(client: pg.Client, sql: string): Promise<void> {
  await client.query(sql);
}

/** SQLSTATE foreign_key_violation. */
const FOREIGN_KEY_VIOLATION = '23503';

/** Adds a foreign key that the rows violate, as they do in production, without validating it. */
async function addUnvalidated({ client, leftOut }: Restoration, sql: string, error: Error): Promise<void> {
  if (!(error instanceof pg.DatabaseError) || error.code !== FOREIGN_KEY_VIOLATION) throw error;
  await client.query(`${sql.slice(0, sql.lastIndexOf(';'))} not valid;`);
  leftOut.push({ what: `the validation of ${beginningOf(sql)}`, why: error.detail ?? error.message });
}

/** Adds the columns that a table of the hooks lacks. A column whose type the copy does not have becomes text. */
async function addColumns(
  client: pg.Client,
  { subject }: DumpStatement,
  columns: readonly DumpedColumn[],
): Promise<void> {
  if (!subject) return;
  const table = `${quoteIdentifier(subject.schema)}.${quoteIdentifier(subject.name)}`;
  for (const { name, type, plainType } of columns) {
    const { rows } = await client.query<{ known: boolean }>('select to_regtype($1) is not null as known', [plainType]);
    await client.query(
      `alter table ${table} add column if not exists ${quoteIdentifier(name)} ${rows[0]?.known ? type : 'text'}`,
    );
  }
}

const NEW_LINE = 10;

async function copyRows(
  { client, rows }: Restoration,
  piece: Extract<DumpPiece, { kind: 'copy' }>,
  statement: DumpStatement,
): Promise<void> {
  let lines = 0;
  async function* counted(): AsyncIterable<Buffer> {
    for await (const chunk of piece.rows) {
      for (let at = chunk.indexOf(NEW_LINE); at >= 0; at = chunk.indexOf(NEW_LINE, at + 1)) lines++;
      yield chunk;
    }
  }
  await pipeline(Readable.from(counted(), { objectMode: false }), client.query(copyFrom(piece.sql)));
  const table = nameOf(statement);
  rows.set(table, (rows.get(table) ?? 0) + lines);
}

function refuse({ refusedExtensions }: Restoration, sql: string, error: Error): never {
  if (error instanceof UserError || error instanceof TruncatedDump) throw error;
  const failure = serverFailure(error);
  if (failure) throw failure;
  const cause = refusedExtensions.length > 0 ? ` The server also refused: ${refusedExtensions.join('; ')}.` : '';
  throw new RehearsalError(
    `The copy's server refused ${beginningOf(sql)}: ${error.message}.${cause} Change the dump, or name in DATABASE_URL a server that accepts it.`,
    { cause: error },
  );
}

/** Characters of a statement that a report shows. */
const SHOWN = 90;

function beginningOf(sql: string): string {
  const line = sql.trim().replaceAll(/\s+/g, ' ');
  return line.length > SHOWN ? `${line.slice(0, SHOWN)}…` : line;
}
