import { defineCheck, policiesOf } from '../check.ts';
import { type CalledFunctions, unwrappedCalls } from '../expression.ts';
import { parseNodeTree } from '../node-tree.ts';

interface Policy {
  readonly id: string;
  readonly table: string;
  readonly text: string;
  readonly trees: readonly (string | null)[];
  readonly functions: CalledFunctions | null;
}

export const wrappedCalls = defineCheck<Policy>({
  id: 'wrapped-calls',
  expected: '(select …) around every call that does not look at the row',
  query: `
    select p.id, p."table", p.text, array[p.using_tree, p.check_tree] as trees,
           (select json_object_agg(f.oid, json_build_object('name', f.oid::regproc, 'volatile', f.provolatile))
              from pg_proc f
             where f.oid in (select m[1]::oid from regexp_matches(concat(p.using_tree, p.check_tree), ':funcid (\\d+)', 'g') m)) as functions
      from policies p order by p.id`,
  offences: (rows) =>
    rows.flatMap(({ id, table, text, trees, functions }) => {
      const calls = new Set(trees.flatMap((tree) => unwrappedCalls(parseNodeTree(tree), functions ?? {})));
      if (calls.size === 0) return [];
      const names = [...calls].map((name) => `${name}()`).join(' and ');
      return [{ object: id, seen: `${names}, called once a row, in ${text}`, evidence: policiesOf(table) }];
    }),
});
