/** A message of the wire protocol: its type letter and all its bytes, the five of the header included. */
export interface Frame {
  type: string;
  bytes: Uint8Array;
}

/** The peer's bytes do not follow the protocol: nothing after them can be understood. */
export class ProtocolError extends Error {}

const HEADER = 5;

/** No client of ours sends more at once, and an absurd length must not make the server wait for it. */
export const LONGEST_MESSAGE = 256 * 1024 * 1024;

/** Cuts a stream of chunks into messages, whatever the chunks' borders. */
export class FrameReader {
  #chunks: Uint8Array[] = [];
  #size = 0;
  #needed = HEADER;

  /** The messages that this chunk completes. */
  push(chunk: Uint8Array): Frame[] {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    // Chunks are joined only when a message is complete: a long one would be copied again for each chunk.
    if (this.#size < this.#needed) return [];
    const all = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks);
    const frames: Frame[] = [];
    let at = 0;
    this.#needed = HEADER;
    while (all.length - at >= HEADER) {
      const length = 1 + readInt32(all, at + 1);
      if (length < HEADER || length > LONGEST_MESSAGE) throw new ProtocolError(`invalid message length ${length - 1}`);
      if (all.length - at < length) {
        this.#needed = length;
        break;
      }
      frames.push({ type: String.fromCharCode(all[at] ?? 0), bytes: all.subarray(at, at + length) });
      at += length;
    }
    const rest = all.subarray(at);
    this.#chunks = rest.length > 0 ? [rest] : [];
    this.#size = rest.length;
    return frames;
  }
}

/** The signed 32-bit number at an offset. */
export function readInt32(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getInt32(at);
}

/** The text up to the zero byte, and where the next field starts. */
export function readString(bytes: Uint8Array, at: number): { text: string; next: number } {
  const end = bytes.indexOf(0, at);
  if (end < 0) throw new ProtocolError('a string has no end');
  return { text: Buffer.from(bytes.buffer, bytes.byteOffset + at, end - at).toString('utf8'), next: end + 1 };
}

/** A message made of a type letter and body parts; a string becomes its bytes and a zero byte. */
export function makeFrame(type: string, ...parts: (string | Uint8Array)[]): Uint8Array {
  const body = parts.map((part) => (typeof part === 'string' ? Buffer.from(`${part}\0`, 'utf8') : part));
  const header = Buffer.alloc(HEADER);
  const length = body.reduce((sum, part) => sum + part.length, 4);
  header.write(type, 0, 'latin1');
  header.writeInt32BE(length, 1);
  return Buffer.concat([header, ...body]);
}

/** One buffer of its own for several parts, so that it can be handed to another thread without a copy. */
export function join(parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
