import type { Persona } from '../model.ts';

/**
 * The texts by which each persona is known: the values of its settings, and of the claims in them, that not every
 * persona has. A row that holds one of them belongs to that persona.
 */
export function idsOf(personas: readonly Persona[]): ReadonlyMap<string, readonly string[]> {
  const texts = new Map(
    personas.map(({ name, settings }) => [name, [...new Set(Object.values(settings).flatMap(textsIn))]]),
  );
  const holders = Map.groupBy(
    [...texts].flatMap(([name, own]) => own.map((text) => ({ name, text }))),
    ({ text }) => text,
  );
  return new Map(
    [...texts].map(([name, own]) => [name, own.filter((text) => text !== '' && holders.get(text)?.length === 1)]),
  );
}

function textsIn(value: string): string[] {
  try {
    return leavesOf(JSON.parse(value) as unknown);
  } catch {
    return [value];
  }
}

function leavesOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number') return [String(value)];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(leavesOf) : [];
}
