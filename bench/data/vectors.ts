import { dimensions } from '../../spec/legacy/embeddings.ts';
import { type Random, random } from '../../spec/legacy/random.ts';

/** How many directions in meaning there are: real embeddings, too, use far fewer than their dimensions. */
const latent = 64;
const topics = 24;
const topicsOfChannel = 3;

/** Embeddings of chunks and of questions, of which those that are near in meaning are near. */
export interface VectorSpace {
  /** A chunk's, at length 1. The array is used again for the next. */
  chunk(channel: number, video: number, chunk: number): Float32Array;
  /** A question about a passage of the channel. */
  aligned(channel: number, question: number): Float32Array;
  /** A question about what other channels treat and this one does not. */
  cross(channel: number, question: number): Float32Array;
}

/**
 * Shared topics, of which a channel has a few, + one centre a video + noise, in single precision as the legacy
 * database has them.
 */
export function vectorSpace(seed: number): VectorSpace {
  const directions = Array.from({ length: latent }, (_, index) => noise(random(seed, 'direction', index)));
  const centres = Array.from({ length: topics }, (_, index) => blend(directions, random(seed, 'topic', index), latent));
  const centre = new Float32Array(dimensions);
  const point = new Float32Array(dimensions);
  let centreOf = Number.NaN;

  const around = (topic: number, source: Random, into: Float32Array): void => {
    into.set(centres[topic] as Float32Array);
    add(into, blend(directions, source, 24), 0.7);
  };
  const blur = (source: Random): Float32Array => {
    for (let part = 0; part < 6; part++) add(point, source.pick(directions), 0.22 * source.normal());
    return normalise(point);
  };
  const topicsOf = (channel: number): number[] => {
    const source = random(seed, 'topics of channel', channel);
    return Array.from({ length: topicsOfChannel }, () => source.between(0, topics - 1));
  };
  const moveTo = (channel: number, video: number): void => {
    if (centreOf === video) return;
    const source = random(seed, 'video centre', video);
    around(source.pick(topicsOf(channel)), source, centre);
    centreOf = video;
  };

  return {
    chunk(channel, video, chunk) {
      moveTo(channel, video);
      point.set(centre);
      return blur(random(seed, `chunk noise ${video}`, chunk));
    },
    aligned(channel, question) {
      const source = random(seed, `aligned question ${channel}`, question);
      around(source.pick(topicsOf(channel)), source, point);
      return blur(source).slice();
    },
    cross(channel, question) {
      const source = random(seed, `cross question ${channel}`, question);
      const own = topicsOf(channel);
      const others = centres.map((_, topic) => topic).filter((topic) => !own.includes(topic));
      around(source.pick(others), source, point);
      return blur(source).slice();
    },
  };
}

/** The text form, as pgvector reads it. */
export function textOf(vector: Float32Array): string {
  return `[${vector.join(',')}]`;
}

function noise(source: Random): Float32Array {
  return normalise(Float32Array.from({ length: dimensions }, () => source.normal()));
}

function blend(directions: readonly Float32Array[], source: Random, parts: number): Float32Array {
  const sum = new Float32Array(dimensions);
  for (let part = 0; part < parts; part++) {
    add(sum, parts === latent ? (directions[part] as Float32Array) : source.pick(directions), source.normal());
  }
  return normalise(sum);
}

function add(into: Float32Array, vector: Float32Array, weight: number): void {
  for (let at = 0; at < dimensions; at++) into[at] = (into[at] as number) + weight * (vector[at] as number);
}

function normalise(vector: Float32Array): Float32Array {
  let sum = 0;
  for (let at = 0; at < dimensions; at++) sum += (vector[at] as number) * (vector[at] as number);
  const scale = 1 / Math.sqrt(sum);
  for (let at = 0; at < dimensions; at++) vector[at] = (vector[at] as number) * scale;
  return vector;
}
