/** A stream of random numbers that its seed alone decides: the same everywhere, in every run. */
export interface Random {
  /** At least 0 and below 1. */
  next(): number;
  /** A whole number, both ends included. */
  between(low: number, high: number): number;
  /** True once in `1 / share` times. */
  chance(share: number): boolean;
  pick<T>(from: readonly T[]): T;
  /** Roughly normal around 0 with deviation 1; sums and products only, since engines differ in logarithms. */
  normal(): number;
  /** 32 random bits. */
  bits(): number;
}

/**
 * The stream for one thing (`kind`, `index`) of the data set `seed`. Each thing has its own, so that rows can be made in
 * any order, again, and without keeping the others.
 *
 * sfc32, its 128 bits of state filled by FNV-1a over kind and mulberry-style mixing of the numbers.
 */
export function random(seed: number, kind: string, index: number): Random {
  let a = mix(seed ^ 0x9e3779b9);
  let b = mix(hash(kind) ^ a);
  let c = mix(index ^ b);
  let counter = mix(Math.floor(index / 0x1_0000_0000) ^ c) | 1;

  function bits(): number {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return sum >>> 0;
  }
  for (let warmUp = 0; warmUp < 12; warmUp++) bits();

  const next = () => bits() / 0x1_0000_0000;
  return {
    next,
    bits,
    between: (low, high) => low + Math.floor(next() * (high - low + 1)),
    chance: (share) => next() < share,
    pick: <T>(from: readonly T[]) => from[Math.floor(next() * from.length)] as T,
    normal: () => (next() + next() + next() + next() - 2) * Math.sqrt(3),
  };
}

/** The uuid of one thing, in the form of version 4. */
export function uuid(seed: number, kind: string, index: number): string {
  const source = random(seed, `uuid ${kind}`, index);
  const hex = Array.from({ length: 4 }, () => source.bits().toString(16).padStart(8, '0')).join('');
  const variant = ((Number.parseInt(hex[16] as string, 16) & 3) | 8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
}

const youtubeAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** An id of `length` characters as YouTube makes them. */
export function youtubeId(seed: number, kind: string, index: number, length: number): string {
  const source = random(seed, `youtube ${kind}`, index);
  let id = '';
  for (let at = 0; at < length; at++) id += youtubeAlphabet[source.bits() & 63];
  return id;
}

function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return value;
}

function mix(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x21f0aaad);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
  return mixed ^ (mixed >>> 15);
}
