import type { Column } from '../../../catalog/columns.ts';
import type { Relation } from '../../../catalog/relations.ts';
import { editsOf } from '../edits/all.ts';
import { fromBytes, parsedCode, toBytes, VALUE } from '../edits/code.ts';
import { described } from '../edits/described.ts';
import { applied } from '../edits/edit.ts';
import type { Draft, MutationSubject } from '../subject.ts';
import { type TableThing, tableDraft } from './table-edits.ts';

/** NOT NULL, defaults, identity and generated columns, dropped and changed. What a parent gives is changed there. */
export function columns(subject: MutationSubject): Draft[] {
  return subject.tables.flatMap((table) =>
    table.columns
      .filter(({ inherited }) => !inherited)
      .flatMap((column) => {
        const thing: TableThing = { table: table.id, name: `column ${column.sql}`, kind: 'other' };
        const alter = `alter table ${table.sql} alter column ${column.sql}`;
        const draft = (operator: string, change: string, place = ''): Draft =>
          tableDraft(subject, thing, operator, place, `${alter} ${change};`);
        return [
          ...(mayBeNull(table, column) ? [draft('not-null-dropped', 'drop not null')] : []),
          ...(column.identity ? identityDrafts(column, draft) : []),
          ...(column.generation === 'stored' ? [draft('generated-dropped', 'drop expression')] : []),
          ...(column.default !== null && !column.generation ? defaultDrafts(subject, column, draft) : []),
        ];
      }),
  );
}

/** A primary key and an identity column keep NOT NULL. */
const mayBeNull = ({ primaryKey }: Relation, { name, notNull, identity }: Column): boolean =>
  notNull && identity === null && !primaryKey.includes(name);

type DraftOf = (operator: string, change: string, place?: string) => Draft;

const identityDrafts = ({ identity }: Column, draft: DraftOf): Draft[] => [
  draft('identity-dropped', 'drop identity'),
  draft('identity-changed', `set generated ${identity === 'always' ? 'by default' : 'always'}`),
];

function defaultDrafts({ labels }: MutationSubject, column: Column, draft: DraftOf): Draft[] {
  const text = toBytes(column.default ?? '');
  const code = parsedCode(text, VALUE);
  return [
    draft('default-dropped', 'drop default'),
    ...editsOf(code, labels).map((edit) =>
      draft(`default-${edit.operator}`, `set default ${fromBytes(applied(text, edit))}`, described(text, edit)),
    ),
  ];
}
