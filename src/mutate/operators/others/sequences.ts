import type { Sequence } from '../../../catalog/sequences.ts';
import type { Draft, MutationSubject } from '../subject.ts';

/** Each sequence with another step, going round or not, and no longer its column's. */
export function sequences({ catalog, concernsOf }: MutationSubject): Draft[] {
  return catalog.sequences.flatMap((sequence) =>
    changesOf(sequence).map(
      ([operator, change]): Draft => ({
        operator,
        object: sequence.id,
        place: '',
        what: `Sequence ${sequence.id}: ${change}`,
        sql: `alter sequence ${sequence.sql} ${change};`,
        concerns: [sequence.id, ...(sequence.ownedBy ? concernsOf(sequence.ownedBy.table) : [])],
        kind: 'other',
      }),
    ),
  );
}

/** The column of an identity keeps its sequence. */
const changesOf = ({ increment, cycle, ownedBy, identity }: Sequence): [string, string][] => [
  ['sequence-increment', `increment ${BigInt(increment) + 1n === 0n ? 1n : BigInt(increment) + 1n}`],
  ['sequence-cycle', cycle ? 'no cycle' : 'cycle'],
  ...(ownedBy && !identity ? [['sequence-not-owned', 'owned by none'] as [string, string]] : []),
];
