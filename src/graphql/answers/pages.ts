import { parse } from 'graphql';
import type pg from 'pg';
import type { Persona } from '../../access/model.ts';
import type { BuiltSchema } from '../schema.ts';
import { graphqlRow } from './columns.ts';
import type { Difference } from './compare.ts';
import { type List, listsOf } from './lists.ts';
import type { AnswerTable } from './model.ts';
import { asPersona } from './read.ts';
import { fieldsOf } from './select.ts';

/** A page of a list that is not what its cursor says. */
export interface PageDifference extends Difference {
  readonly of: string;
  readonly object: string;
  readonly persona: Persona;
  readonly document: string;
  readonly values: Readonly<Record<string, unknown>>;
}

interface Page {
  readonly edges?: readonly { readonly cursor: string; readonly node: Readonly<Record<string, unknown>> }[];
}

/**
 * Turns the pages of every connection of a table with a key, as each persona: after the cursor of the first row comes the
 * second, and before that of the last the one before it. That the rows are SQL's was seen of the list in one piece.
 * @returns the differences, and how many pages were turned
 */
export async function comparePages(
  client: pg.Client,
  built: BuiltSchema,
  personas: readonly Persona[],
  tables: readonly AnswerTable[],
): Promise<{ readonly differences: readonly PageDifference[]; readonly pages: number }> {
  const lists = listsOf(built, tables).filter(
    ({ field, table }) =>
      ['first', 'after', 'last', 'before'].every((name) => field.args.some((one) => one.name === name)) &&
      table.relation.primaryKey.length > 0,
  );
  if (lists.length === 0) return { differences: [], pages: 0 };
  const whole = documentOfPages(lists, 'first: 20', '$c');
  const [after, before] = [
    documentOfPages(lists, 'first: 1, after: $c', '$c'),
    documentOfPages(lists, 'last: 1, before: $c', '$c'),
  ];
  const differences: PageDifference[] = [];
  let pages = 0;
  for (const persona of personas) {
    const all = await asPersona(client, built, persona, (ask) => ask({ parsed: whole.parsed, values: {} }));
    const long = lists.flatMap((list, index) => {
      const { edges = [] } = ((all.data as Record<string, Page | null> | undefined)?.[`l${index}`] ?? {}) as Page;
      return edges.length > 1 ? [{ list, index, edges }] : [];
    });
    for (const { text, parsed, isAfter } of [
      { ...after, isAfter: true },
      { ...before, isAfter: false },
    ]) {
      const values = Object.fromEntries(
        long.map(({ index, edges }) => [`c${index}`, (isAfter ? edges[0] : edges.at(-1))?.cursor]),
      );
      const { data } = await asPersona(client, built, persona, (ask) => ask({ parsed, values }));
      for (const { list, index, edges } of long) {
        pages++;
        const given = ((data as Record<string, Page | null> | undefined)?.[`l${index}`]?.edges ?? []).map(({ node }) =>
          graphqlRow(list.table.key, node),
        );
        const next = isAfter ? edges[1] : edges.at(-2);
        const wanted = next ? [graphqlRow(list.table.key, next.node)] : [];
        if (JSON.stringify(given) === JSON.stringify(wanted)) continue;
        differences.push({
          of: `Query.${list.field.name}(${isAfter ? 'after' : 'before'}: …)`,
          object: list.table.relation.id,
          persona,
          document: text,
          values,
          expected: `the row ${wanted.join()}`,
          seen: given.length > 0 ? `GraphQL: ${given.join(' ')}` : 'GraphQL: no row',
        });
      }
    }
  }
  return { differences, pages };
}

/** A document with a page of every list. @param cursor is replaced with the variable of each list */
function documentOfPages(lists: readonly List[], page: string, cursor: string) {
  const fields = lists.map(({ field, table }, index) => {
    const args = page.replace(cursor, `$c${index}`);
    return `l${index}: ${field.name}(${args}) { edges { cursor node { ${fieldsOf(table.key)} } } }`;
  });
  const declared = page.includes(cursor) ? ` (${lists.map((_, index) => `$c${index}: Cursor`).join(', ')})` : '';
  const text = `query${declared} {\n  ${fields.join('\n  ')}\n}`;
  return { text, parsed: parse(text) };
}
