// What the app writes into columns of JSON, and how it is read. The database limits the size of such a value and takes any
// JSON: it keeps what old versions of the app have written, and a user may write what they like into rows of their own. So
// a row's type is Json, and a reader gives of it what has the shape.
import type { Enums, Json } from './database.ts';

/** A passage that an answer rests on: an element of `sources`. */
export type Source = {
  /** YouTube's id of the video. */
  videoId: string;
  /** In seconds. */
  startTime: number;
  /** From 0 to 1. */
  similarity: number;
  title?: string;
};

/** A caption as YouTube gives it: an element of `segments`. */
export type Segment = {
  text: string;
  /** In seconds. */
  start: number;
  /** In seconds. */
  duration: number;
};

/** What somebody said in a voice conversation: an element of `transcript`. */
export type Utterance = {
  role: Enums<'message_role'>;
  text: string;
};

/** A passage as replace_transcript_chunks takes it; it has an index of its own, from 0, or its place's. */
export type Chunk = {
  text: string;
  chunk_index?: number;
  /** In seconds. */
  start_time?: number | null;
  /** In seconds. */
  end_time?: number | null;
  token_count?: number | null;
  /** 1536 numbers. */
  embedding?: number[] | null;
};

/** The elements of a message's or a saved answer's `sources` that are sources; what is no list has none. */
export const sourcesIn = (value: Json | undefined): Source[] => elementsOf(value, isSource);

/** The elements of a transcript's `segments` that are segments; what is no list has none. */
export const segmentsIn = (value: Json | undefined): Segment[] => elementsOf(value, isSegment);

/** The elements of a voice conversation's `transcript` that somebody said; what is no list has none. */
export const utterancesIn = (value: Json | undefined): Utterance[] => elementsOf(value, isUtterance);

function elementsOf<Element>(value: Json | undefined, isOne: (element: unknown) => element is Element): Element[] {
  return Array.isArray(value) ? (value as unknown[]).filter(isOne) : [];
}

const isSource = (value: unknown): value is Source =>
  isObject(value) &&
  typeof value.videoId === 'string' &&
  typeof value.startTime === 'number' &&
  typeof value.similarity === 'number' &&
  (value.title === undefined || typeof value.title === 'string');

const isSegment = (value: unknown): value is Segment =>
  isObject(value) &&
  typeof value.text === 'string' &&
  typeof value.start === 'number' &&
  typeof value.duration === 'number';

const isUtterance = (value: unknown): value is Utterance =>
  isObject(value) && (value.role === 'user' || value.role === 'assistant') && typeof value.text === 'string';

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
