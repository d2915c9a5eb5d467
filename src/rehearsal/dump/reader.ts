import { heading, tokenAt } from '../../sql/tokens.ts';
import { endOfStatement } from './end-of-statement.ts';
import { isCopyFromStdin } from './statement.ts';

/** A piece of a plain dump. */
export type DumpPiece =
  | { readonly kind: 'statement'; readonly sql: string }
  /** COPY … FROM stdin, and its rows, which must be read before the next piece. */
  | { readonly kind: 'copy'; readonly sql: string; readonly rows: AsyncIterable<Buffer> }
  /** A command for psql, such as \connect. */
  | { readonly kind: 'command'; readonly text: string };

/** Facts that a dump states about itself, as far as it has been read. */
export interface DumpFacts {
  /** The version of the server that it is of, and of the pg_dump that wrote it. */
  server: string | null;
  program: string | null;
  /** Whether the dump says that it ends where it ended. */
  complete: boolean;
}

/** The dump ends within a statement or within rows. The message says where. */
export class TruncatedDump extends Error {
  override readonly name = 'TruncatedDump';
}

/** pg_dump's last comment. */
const COMPLETE = /^-- PostgreSQL database dump complete/m;

/** The Supabase CLI takes the comments out of a dump, and ends it with RESET ALL. */
const isLast = (sql: string): boolean =>
  heading(sql, 3)
    .map(({ text }) => text)
    .join(' ') === 'reset all ;';

const ROWS_END = Buffer.from('\\.');
const LINE = 10;

/**
 * Reads pg_dump's plain format, a stream of any length, in the memory that its longest statement needs. Statements are cut
 * apart at their tokens and not parsed: rows of gigabytes pass through.
 */
export class DumpReader {
  readonly facts: DumpFacts = { server: null, program: null, complete: false };
  readonly #input: AsyncIterator<Buffer>;
  #buffer: Buffer = Buffer.alloc(0);
  #ended = false;

  constructor(input: AsyncIterable<Buffer>) {
    this.#input = input[Symbol.asyncIterator]();
  }

  /** @throws TruncatedDump when it ends within a statement or within rows */
  async *pieces(): AsyncGenerator<DumpPiece> {
    for (;;) {
      await this.#skipBlanks();
      if (this.#buffer.length === 0) return;
      if (this.#buffer[0] === ROWS_END[0]) {
        yield { kind: 'command', text: (await this.#line()).toString().trim() };
        continue;
      }
      const sql = await this.#statement();
      if (!(await isCopyFromStdin(sql))) {
        yield { kind: 'statement', sql };
        continue;
      }
      await this.#line();
      const rows = this.#rows();
      yield { kind: 'copy', sql, rows };
      for await (const _ of rows) {
        // Rows that the caller did not read are skipped.
      }
    }
  }

  async #more(): Promise<boolean> {
    if (this.#ended) return false;
    const { done, value } = await this.#input.next();
    if (done) this.#ended = true;
    else this.#buffer = this.#buffer.length === 0 ? value : Buffer.concat([this.#buffer, value]);
    return !done;
  }

  /** To the next statement. The comments on the way say what dump this is. */
  async #skipBlanks(): Promise<void> {
    for (;;) {
      const end = await this.#within((text) => {
        const token = tokenAt(text, 0);
        if (token?.kind === 'blank') return token.end < text.length ? token.end : null;
        return text === '' || !token ? null : 0;
      });
      const blank = this.#buffer.subarray(0, end ?? this.#buffer.length);
      if (end === 0) return;
      this.#note(blank.toString('latin1'));
      this.#buffer = this.#buffer.subarray(blank.length);
      if (this.#buffer.length === 0) return;
    }
  }

  /**
   * The result of `find` on the first bytes, each decoded as one character: 4,096 bytes at first, and twice as many each
   * time it finds nothing. Null when it finds nothing in all the bytes that there are.
   */
  async #within(find: (text: string) => number | null): Promise<number | null> {
    for (let size = 4_096; ; size *= 2) {
      while (this.#buffer.length < size && (await this.#more()));
      const found = find(this.#buffer.toString('latin1', 0, size));
      if (found !== null || this.#buffer.length <= size) return found;
    }
  }

  #note(comments: string): void {
    this.facts.server ??= /^-- Dumped from database version (.+)$/m.exec(comments)?.[1] ?? null;
    this.facts.program ??= /^-- Dumped by pg_dump version (.+)$/m.exec(comments)?.[1] ?? null;
    if (COMPLETE.test(comments)) this.facts.complete = true;
  }

  async #statement(): Promise<string> {
    const end = await this.#within((text) => endOfStatement(text, 0));
    if (end === null) throw new TruncatedDump(`within “${firstLine(this.#buffer.toString())}”`);
    const sql = this.#buffer.subarray(0, end).toString();
    this.#buffer = this.#buffer.subarray(end);
    this.facts.complete = isLast(sql);
    return sql;
  }

  async #line(): Promise<Buffer> {
    for (;;) {
      const end = this.#buffer.indexOf(LINE);
      if (end >= 0 || !(await this.#more())) {
        const line = this.#buffer.subarray(0, end < 0 ? undefined : end + 1);
        this.#buffer = this.#buffer.subarray(line.length);
        return line;
      }
    }
  }

  /** The rows of a COPY, in pieces that end with a line; a line that holds nothing but \. ends them. */
  async *#rows(): AsyncGenerator<Buffer> {
    let over = false;
    while (!over) {
      const last = this.#buffer.lastIndexOf(LINE);
      if (last < 0) {
        if (!(await this.#more())) throw new TruncatedDump('within the rows of a table');
        continue;
      }
      const end = endOfRows(this.#buffer);
      const rows = this.#buffer.subarray(0, end ? end.at : last + 1);
      this.#buffer = this.#buffer.subarray(end ? end.next : last + 1);
      over = end !== null;
      if (rows.length > 0) yield rows;
    }
  }
}

/** The offset of the line \. in a buffer that begins with a line, and that of the line after it. */
function endOfRows(buffer: Buffer): { at: number; next: number } | null {
  for (let at = buffer.indexOf(ROWS_END); at >= 0; at = buffer.indexOf(ROWS_END, at + 2)) {
    const begins = at === 0 || buffer[at - 1] === LINE;
    const next = buffer[at + 2] === 13 ? at + 3 : at + 2;
    if (begins && buffer[next] === LINE) return { at, next: next + 1 };
  }
  return null;
}

const firstLine = (text: string): string => text.trim().split('\n', 1)[0]?.slice(0, 120) ?? '';
