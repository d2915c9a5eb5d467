import { sortedBy } from '../../catalog/order.ts';
import { type Check, onTable, policiesOf } from '../check.ts';
import type { RuledCatalog } from '../ruled.ts';

/** A relation that is queried by a policy of another, or by a view that runs with its caller's rights. */
interface Edge {
  /** The policy where it is one of a ruled schema. */
  readonly policy: string | null;
  readonly from: string;
  readonly to: string;
  /** Whether it counts when `from` is read: a view, or a policy for select or all commands. */
  readonly whenRead: boolean;
}

export const policyRecursion: Check = {
  id: 'policy-recursion',
  expected: 'a policy that queries only tables whose own policies do not lead back',
  offences: (ruled) => {
    const edges = edgesOf(ruled);
    return edges.flatMap(({ policy, from, to }) => {
      const path = policy ? pathBetween(to, from, edges) : undefined;
      if (!policy || !path) return [];
      return [{ object: policy, seen: [from, ...path].join(' → '), evidence: policiesOf(from) }];
    });
  },
};

/** Those of ruled policies first, by name; then those of other policies and of views, in all schemas. */
function edgesOf({ policies, all }: RuledCatalog): Edge[] {
  const ruled = new Set(policies);
  const ofPolicies = all.policies.flatMap((policy) =>
    policy.reads.map((to) => ({
      policy: ruled.has(policy) ? onTable(policy, policy.tableSql) : null,
      from: policy.tableSql,
      to,
      whenRead: policy.command === 'select' || policy.command === 'all',
    })),
  );
  const ofViews = all.relations
    .filter(({ kind, securityInvoker }) => kind === 'view' && securityInvoker)
    .flatMap(({ sql, reads }) => reads.map((to) => ({ policy: null, from: sql, to, whenRead: true })));
  return sortedBy([...ofPolicies, ...ofViews], ({ policy, from, to }) => [
    policy ? '' : 'after',
    policy ?? '',
    from,
    to,
  ]);
}

/** The relations that reading `start` leads through to `end`, both included. */
function pathBetween(
  start: string,
  end: string,
  edges: readonly Edge[],
  seen = new Set<string>(),
): string[] | undefined {
  if (start === end) return [start];
  seen.add(start);
  for (const { from, to, whenRead } of edges) {
    if (from !== start || !whenRead || seen.has(to)) continue;
    const rest = pathBetween(to, end, edges, seen);
    if (rest) return [start, ...rest];
  }
  return undefined;
}
