import { type Random, random } from './random.ts';

/** Dimensions of the model that the app uses. */
export const dimensions = 1536;

/** How many directions in meaning there are: real embeddings, too, use far fewer than their dimensions. */
const latent = 64;
const topics = 24;

/** What is near to what: a video's chunks lie around the video, and videos of one topic around the topic. */
export interface EmbeddingSpace {
  /** The text form of one chunk's embedding. `video` may be any number; equal numbers lie close together. */
  chunk(video: number, chunk: number): string;
}

/**
 * The embeddings of the data set `seed`: shared topics + one centre a video + noise, scaled to length 1.
 * Buffers are reused, and the centre of a video is kept until another video is asked for.
 */
export function embeddingSpace(seed: number): EmbeddingSpace {
  const directions = Array.from({ length: latent }, (_, index) => vector(random(seed, 'direction', index)));
  const centres = Array.from({ length: topics }, (_, index) => blend(directions, random(seed, 'topic', index), latent));
  const centre = new Float64Array(dimensions);
  const point = new Float64Array(dimensions);
  const text = Buffer.alloc(dimensions * 10 + 2);
  let centreOf = Number.NaN;

  function moveTo(video: number): void {
    if (centreOf === video) return;
    const source = random(seed, 'video centre', video);
    const topic = source.pick(centres);
    const own = blend(directions, source, 24);
    for (let at = 0; at < dimensions; at++) centre[at] = (topic[at] as number) + 0.7 * (own[at] as number);
    centreOf = video;
  }

  return {
    chunk(video, chunk) {
      moveTo(video);
      const source = random(seed, `chunk noise ${video}`, chunk);
      point.set(centre);
      for (let part = 0; part < 6; part++) {
        const direction = source.pick(directions);
        const weight = 0.22 * source.normal();
        for (let at = 0; at < dimensions; at++) point[at] = (point[at] as number) + weight * (direction[at] as number);
      }
      return write(point, text);
    },
  };
}

function vector(source: Random): Float64Array {
  return normalised(Float64Array.from({ length: dimensions }, () => source.normal()));
}

function blend(directions: readonly Float64Array[], source: Random, parts: number): Float64Array {
  const sum = new Float64Array(dimensions);
  for (let part = 0; part < parts; part++) {
    const direction = parts === latent ? (directions[part] as Float64Array) : source.pick(directions);
    const weight = source.normal();
    for (let at = 0; at < dimensions; at++) sum[at] = (sum[at] as number) + weight * (direction[at] as number);
  }
  return normalised(sum);
}

function normalised(values: Float64Array): Float64Array {
  const length = lengthOf(values);
  return values.map((value) => value / length);
}

function lengthOf(values: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < values.length; at++) sum += (values[at] as number) * (values[at] as number);
  return Math.sqrt(sum);
}

const [zero, point, minus, comma, open, close] = Buffer.from('0.-,[]') as unknown as readonly number[] as [
  number,
  number,
  number,
  number,
  number,
  number,
];

/** Writes the vector, at length 1 and with six decimals, digit by digit: formatting numbers one at a time is slow. */
function write(values: Float64Array, into: Buffer): string {
  const scale = 1_000_000 / lengthOf(values);
  let end = 0;
  into[end++] = open;
  for (let at = 0; at < dimensions; at++) {
    let digits = Math.round((values[at] as number) * scale);
    if (at > 0) into[end++] = comma;
    if (digits < 0) {
      into[end++] = minus;
      digits = -digits;
    }
    into[end++] = zero;
    into[end++] = point;
    for (let place = 5; place >= 0; place--) {
      const rest = Math.floor(digits / 10);
      into[end + place] = zero + digits - rest * 10;
      digits = rest;
    }
    end += 6;
  }
  into[end++] = close;
  return into.toString('latin1', 0, end);
}
