import type { Publication } from '../../../catalog/publications.ts';
import type { Draft, MutationSubject } from '../subject.ts';

const OPERATIONS = ['insert', 'update', 'delete', 'truncate'] as const;

/** Each publication dropped, with one operation more or less, and with one table more or less. */
export function publications({ catalog, tables, concernsOf }: MutationSubject): Draft[] {
  return catalog.publications.flatMap((publication) => {
    const draft = (operator: string, place: string, sql: string, concerns: readonly string[] = []): Draft => ({
      operator,
      object: `publication ${publication.name}`,
      place,
      what: `Publication ${publication.name}: ${operator.replace('publication-', '').replaceAll('-', ' ')} ${place}`.trim(),
      sql,
      concerns,
      kind: 'access',
    });
    const published = new Set(publication.tables.map(({ sql }) => sql));
    const missing = publication.allTables ? [] : tables.filter(({ sql }) => !published.has(sql));
    return [
      draft('publication-dropped', '', `drop publication ${publication.sql};`),
      ...OPERATIONS.map((operation) =>
        draft('publication-operation', operation, withOperation(publication, operation)),
      ),
      ...publication.tables.map(({ sql }) =>
        draft(
          'publication-table-removed',
          sql,
          `alter publication ${publication.sql} drop table ${sql};`,
          idOf(catalog.relations, sql, concernsOf),
        ),
      ),
      ...missing.map(({ id, sql }) =>
        draft('publication-table-added', id, `alter publication ${publication.sql} add table ${sql};`, concernsOf(id)),
      ),
    ];
  });
}

function withOperation({ sql, operations }: Publication, operation: (typeof OPERATIONS)[number]): string {
  const left = OPERATIONS.filter((one) => operations.includes(one) !== (one === operation));
  return `alter publication ${sql} set (publish = '${left.join(', ')}');`;
}

function idOf(
  relations: MutationSubject['catalog']['relations'],
  sql: string,
  concernsOf: MutationSubject['concernsOf'],
): readonly string[] {
  const relation = relations.find((one) => one.sql === sql);
  return relation ? concernsOf(relation.id) : [];
}
