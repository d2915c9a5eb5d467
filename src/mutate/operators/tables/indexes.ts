import { parsedCode, STATEMENT, toBytes } from '../edits/code.ts';
import type { Draft, MutationSubject } from '../subject.ts';
import { editedStatements, type TableThing, tableDraft } from './table-edits.ts';

/**
 * Each index dropped, no longer unique, for all rows instead of some, and each small change of its condition. The index of
 * a constraint is dropped with that; one of a partition with its parent's.
 */
export function indexes(subject: MutationSubject): Draft[] {
  const partitions = new Set(
    subject.catalog.relations.filter(({ partitionOf }) => partitionOf !== null).map(({ id }) => id),
  );
  return subject.catalog.indexes
    .filter(({ constraint, table }) => constraint === null && !partitions.has(table))
    .flatMap((index) => {
      const thing: TableThing = { table: index.table, name: `index ${index.nameSql}`, kind: 'other' };
      const drop = `drop index ${index.sql};`;
      const { tokens } = parsedCode(toBytes(index.definition), STATEMENT);
      const unique = tokens[1]?.text === 'unique' ? tokens[1] : undefined;
      return [
        tableDraft(subject, thing, 'index-dropped', '', drop),
        ...(unique
          ? [
              tableDraft(
                subject,
                thing,
                'index-not-unique',
                '',
                `${drop} ${index.definition.slice(0, unique.start)}${index.definition.slice(unique.end)};`,
              ),
            ]
          : []),
        ...(index.predicate === null
          ? []
          : editedStatements(subject, thing, 'index-where', {
              drop,
              create: index.definition,
              labels: subject.labels,
            })),
      ];
    });
}
