import type { Relation } from '../../../catalog/relations.ts';
import { quoteLiteral } from '../../../sql/quote.ts';
import { editsOf } from '../edits/all.ts';
import { fromBytes, parsedCode, STATEMENT, toBytes } from '../edits/code.ts';
import { described } from '../edits/described.ts';
import { applied } from '../edits/edit.ts';
import type { Draft, MutationSubject } from '../subject.ts';

/** With whose rights each view reads, whether its conditions come first, and each small change of its query. */
export function views({ catalog, labels, concernsOf }: MutationSubject): Draft[] {
  return catalog.relations
    .filter(({ kind }) => kind === 'view')
    .flatMap((view) => {
      const draft = (operator: string, place: string, sql: string, kind: Draft['kind'] = 'access'): Draft => ({
        operator,
        object: view.id,
        place,
        what: `View ${view.id}: ${operator.replaceAll('-', ' ')} ${place}`.trim(),
        sql,
        concerns: concernsOf(view.id),
        kind,
      });
      const barrier = ['true', 'on'].includes(view.options.security_barrier ?? '');
      const set = (option: string): string => `alter view ${view.sql} set (${option});`;
      return [
        draft(
          'view-security-invoker',
          view.securityInvoker ? 'off' : 'on',
          set(`security_invoker = ${!view.securityInvoker}`),
        ),
        draft('view-security-barrier', barrier ? 'off' : 'on', set(`security_barrier = ${!barrier}`)),
        ...queryDrafts(view, labels, draft),
      ];
    });
}

type ViewDraft = (operator: string, place: string, sql: string, kind?: Draft['kind']) => Draft;

/** The view is replaced, with its options; what reads it stays. */
function queryDrafts(view: Relation, labels: ReadonlyMap<string, string>, draft: ViewDraft): Draft[] {
  const text = toBytes((view.definition ?? '').trim().replace(/;$/, ''));
  const options = Object.entries(view.options).map(([name, value]) => `${name} = ${quoteLiteral(value)}`);
  const head = `create or replace view ${view.sql}${options.length > 0 ? ` with (${options.join(', ')})` : ''} as `;
  return editsOf(parsedCode(text, STATEMENT), labels).map((edit) =>
    draft(
      `view-${edit.operator}`,
      described(text, edit),
      `${head}${fromBytes(applied(text, edit))};`,
      edit.condition ? 'access' : 'other',
    ),
  );
}
