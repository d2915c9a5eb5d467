import type { TransactionStatus } from './backend.ts';
import { readString } from './frames.ts';

/** Facts read from an exchange's answer, in addition to the bytes that go to the client. */
export interface Summary {
  /** The status of the last ReadyForQuery; none when the backend waits for a Sync. */
  status: TransactionStatus | null;
  tags: string[];
  /** How many Parse messages succeeded. */
  parsed: number;
  failed: boolean;
}

/** Where the scanner hands on what it read. */
export interface OutputSink {
  bytes(bytes: Uint8Array<ArrayBuffer>): void;
  notification(channel: string, frame: Uint8Array): void;
  copyIn(): void;
  /** A statement has ended, well or not. */
  ended(): void;
  /** The error that the client gets for the one that the backend sends. */
  error(frame: Buffer): Uint8Array;
}

/** Messages that are read completely; all others, rows above all, pass through unread. */
const READ = new Set('ACEGWZ1'.split('').map((letter) => letter.charCodeAt(0)));

/** Answers are handed on in parts of about this size, so that a large result is never held in memory. */
const PART = 64 * 1024;

/** Reads the backend's answer as it streams by: notes the tags and the status, and takes out notifications. */
export class OutputScanner {
  readonly summary: Summary = { status: null, tags: [], parsed: 0, failed: false };
  #sink: OutputSink;
  #header = Buffer.alloc(5);
  #headerSize = 0;
  #body: Buffer | null = null;
  #bodySize = 0;
  #passing = 0;
  #part = Buffer.alloc(0);
  #partSize = 0;

  constructor(sink: OutputSink) {
    this.#sink = sink;
  }

  /** Takes the next bytes; they may be a view that changes afterwards. */
  push(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#passing > 0) {
        const end = Math.min(chunk.length, at + this.#passing);
        this.#emit(chunk.subarray(at, end));
        this.#passing -= end - at;
        at = end;
        continue;
      }
      if (this.#headerSize < 5) {
        this.#header[this.#headerSize++] = chunk[at++] ?? 0;
        if (this.#headerSize < 5) continue;
        const size = this.#header.readInt32BE(1) - 4;
        if (!READ.has(this.#header[0] ?? 0)) {
          this.#emit(this.#header);
          this.#passing = size;
          this.#headerSize = 0;
          continue;
        }
        this.#body = Buffer.alloc(size);
        this.#bodySize = 0;
      }
      if (this.#body) {
        const end = Math.min(chunk.length, at + this.#body.length - this.#bodySize);
        this.#body.set(chunk.subarray(at, end), this.#bodySize);
        this.#bodySize += end - at;
        at = end;
        if (this.#bodySize === this.#body.length) this.#read(this.#body);
      }
    }
  }

  /** Hands on what is held back. */
  flush(): void {
    const bytes = this.rest();
    if (bytes) this.#sink.bytes(bytes);
  }

  /** Takes what is held back, if anything is. */
  rest(): Uint8Array<ArrayBuffer> | null {
    if (this.#partSize === 0) return null;
    const bytes = new Uint8Array(this.#partSize);
    bytes.set(this.#part.subarray(0, this.#partSize));
    this.#partSize = 0;
    return bytes;
  }

  #read(body: Buffer): void {
    const type = String.fromCharCode(this.#header[0] ?? 0);
    this.#headerSize = 0;
    this.#body = null;
    if (type === 'A') {
      this.#sink.notification(readString(body, 4).text, Buffer.concat([this.#header, body]));
      return;
    }
    if (type === 'E') {
      this.summary.failed = true;
      this.#emit(this.#sink.error(Buffer.concat([this.#header, body])));
      return;
    }
    this.#emit(this.#header);
    this.#emit(body);
    if (type === 'C' || type === 'Z') this.#sink.ended();
    if (type === 'C') this.summary.tags.push(readString(body, 0).text);
    else if (type === '1') this.summary.parsed++;
    else if (type === 'Z') this.summary.status = body.toString('latin1') as TransactionStatus;
    else if (type === 'G' || type === 'W') {
      // In this order: the client may answer as soon as it has read this.
      this.#sink.copyIn();
      this.flush();
    }
  }

  #emit(bytes: Uint8Array): void {
    const size = this.#partSize + bytes.length;
    if (size > this.#part.length) {
      const larger = Buffer.alloc(Math.max(size, 2 * this.#part.length, 1024));
      larger.set(this.#part.subarray(0, this.#partSize));
      this.#part = larger;
    }
    this.#part.set(bytes, this.#partSize);
    this.#partSize = size;
    if (size >= PART) this.flush();
  }
}
