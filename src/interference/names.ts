import type { DatabaseFunction } from '../catalog/functions.ts';

/** The names by which people may declare a function or relation: its signature, and its bare name where no other has it. */
export function namesOf(functions: readonly DatabaseFunction[]): (of: string) => readonly string[] {
  const bare = ({ schema, name }: DatabaseFunction): string => `${schema}.${name}`;
  const counts = Map.groupBy(functions, bare);
  const known = new Map(
    functions.map((called) => [
      called.signature,
      counts.get(bare(called))?.length === 1 ? [called.signature, bare(called)] : [called.signature],
    ]),
  );
  return (of) => known.get(of) ?? [of];
}
