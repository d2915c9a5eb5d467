import { parseStatements } from '../sql/statements.ts';
import type { ExportedMigration } from './committed.ts';
import { SupabaseError } from './error.ts';

/** The lines that an exported file has around a migration, so that Supabase's command line runs it as graphile-migrate does. */
export interface AroundMigration {
  /** Lines before everything else. */
  readonly before: readonly string[];
  /** Lines below those that say where the file is from. */
  readonly note: readonly string[];
  /** Text after the migration. */
  readonly after: string;
}

type TopStatement = Readonly<Record<string, unknown>>;

/** Where it is the first line, Supabase's command line runs each statement of the file by itself, outside of a transaction. */
const BY_ITSELF = '-- pg-delta: transaction=false';

/**
 * Supabase's command line splits a file into statements and sends them together, which PostgreSQL runs as one transaction
 * without BEGIN; the record of the migration is part of it. It sends a statement alone that can't run in a transaction
 * (CREATE INDEX CONCURRENTLY, VACUUM), and every statement alone where one begins or ends a transaction.
 * @throws SupabaseError when a migration would not run there as it does with graphile-migrate
 */
export async function runOf({ file, body, transaction }: ExportedMigration): Promise<AroundMigration> {
  const refuse = (why: string): never => {
    throw new SupabaseError(`${file} can't be exported: ${why}`);
  };
  const statements = await parseStatements(body).catch((error: Error) =>
    refuse(`it is not SQL alone (${error.message}).`),
  );
  const trees = statements.map(({ tree }) => tree as TopStatement);
  if (trees.some(readsInput))
    refuse(
      "COPY … FROM STDIN reads rows from its client, and Supabase's command line sends none. Write them as INSERT.",
    );
  if (!transaction)
    // Several statements are one transaction for graphile-migrate too, unless they say otherwise.
    return { before: trees.length === 1 ? [BY_ITSELF] : [], note: [], after: '' };
  if (trees.some(endsTransaction))
    refuse('it ends its transaction itself, so that a failure would leave half of it. Take COMMIT and ROLLBACK out.');
  if (!trees.some(needsBlock)) return { before: [], note: [], after: '' };
  // The last statement may stand there without its semicolon.
  const closed = body.slice(statements.at(-1)?.end).trimStart().startsWith(';');
  return { before: [], note: ['', 'begin;'], after: `${closed ? '' : ';\n'}\ncommit;\n` };
}

const readsInput = ({ CopyStmt: copy }: TopStatement): boolean => {
  const { is_from: from, filename, is_program: program } = (copy ?? {}) as Record<string, unknown>;
  return from === true && filename === undefined && program !== true;
};

const kindOf = ({ TransactionStmt: statement }: TopStatement): string =>
  String((statement as { kind?: string } | undefined)?.kind ?? '');

const WITHIN = ['TRANS_STMT_SAVEPOINT', 'TRANS_STMT_RELEASE', 'TRANS_STMT_ROLLBACK_TO'];

const endsTransaction = (tree: TopStatement): boolean => kindOf(tree) !== '' && !WITHIN.includes(kindOf(tree));

/** Statements that PostgreSQL takes, or heeds, in a transaction that begins with BEGIN only. */
const needsBlock = (tree: TopStatement): boolean =>
  WITHIN.includes(kindOf(tree)) ||
  ['LockStmt', 'DeclareCursorStmt', 'ConstraintsSetStmt'].some((type) => type in tree) ||
  ((set) => set?.is_local === true || set?.kind === 'VAR_SET_MULTI')(
    tree.VariableSetStmt as { is_local?: boolean; kind?: string } | undefined,
  );
