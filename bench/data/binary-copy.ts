/**
 * PostgreSQL's binary COPY format (its documentation, "COPY", Binary Format). For vectors: sent as text they are more
 * than twice as long, and the server spends most of its time reading digits.
 */

/** What comes before the first row: signature, no flags, no extension. */
export const binaryHeader = Buffer.from([...Buffer.from('PGCOPY\n'), 0xff, 0x0d, 0x0a, 0, ...Array<number>(8).fill(0)]);

/** What comes after the last. */
export const binaryTrailer = Buffer.from([0xff, 0xff]);

/** A value in its type's binary form; null is NULL. */
export type BinaryValue = Buffer | null;

/** One row. */
export function binaryRow(values: readonly BinaryValue[]): Buffer {
  const lengths = values.reduce((sum, value) => sum + 4 + (value?.length ?? 0), 2);
  const row = Buffer.allocUnsafe(lengths);
  let at = row.writeInt16BE(values.length, 0);
  for (const value of values) {
    at = row.writeInt32BE(value?.length ?? -1, at);
    if (value) at += value.copy(row, at);
  }
  return row;
}

/** Forms of types. A timestamp counts microseconds from the first moment of the year 2000. */
export const binary = {
  text: (value: string): Buffer => Buffer.from(value),
  uuid: (value: string): Buffer => Buffer.from(value.replaceAll('-', ''), 'hex'),
  int4(value: number): Buffer {
    const bytes = Buffer.allocUnsafe(4);
    bytes.writeInt32BE(value);
    return bytes;
  },
  float4(value: number): Buffer {
    const bytes = Buffer.allocUnsafe(4);
    bytes.writeFloatBE(value);
    return bytes;
  },
  timestamptz(value: string): Buffer {
    const bytes = Buffer.allocUnsafe(8);
    bytes.writeBigInt64BE(BigInt(Date.parse(value) - Date.UTC(2000, 0, 1)) * 1_000n);
    return bytes;
  },
  /** pgvector's: dimensions, two bytes unused, and the numbers. */
  vector(value: Float32Array): Buffer {
    const bytes = Buffer.allocUnsafe(4 + value.length * 4);
    bytes.writeInt32BE(value.length << 16);
    Buffer.from(value.buffer, value.byteOffset, value.byteLength).copy(bytes, 4);
    bytes.subarray(4).swap32();
    return bytes;
  },
};
