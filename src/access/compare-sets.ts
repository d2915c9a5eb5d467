import type { Deviation, Findings, NotEvaluated } from '../report/deviation.ts';
import { declaredIn } from '../report/layout.ts';
import { withoutWorld } from './compare-world.ts';
import type { MissingRow } from './seed.ts';
import { isDecided, type NodeCoverage } from './sets/coverage.ts';
import type { FailedSet, SetProbes, TableHole } from './sets/probe-sets.ts';
import type { Telling } from './sets/telling.ts';
import { transcript } from './transcript.ts';

/**
 * The findings about sets of rows beyond the cells: rows that the world does not have and that a caller sees or
 * writes, callers who are no persona, partitions. And the conditions of policies of which nobody knows what they do.
 * @param cells the tables of which the cells say what a persona does with a row of the world
 */
export function compareSets(
  { holes, tellings, coverage, failed }: SetProbes,
  cells: ReadonlySet<string>,
  tells: Readonly<Record<string, string>>,
  missing: readonly MissingRow[] = [],
): Findings {
  const told = new Set(holes.filter(({ caller }) => caller.kind === 'persona').map(holeOfRole));
  const beyond = holes.filter((hole) =>
    hole.caller.kind === 'automatic'
      ? // Where a persona of the role gets in, it is the same hole.
        !told.has(holeOfRole(hole))
      : hole.row.variant !== undefined || !cells.has(hole.table),
  );
  const open = coverage.flatMap(undecided);
  return {
    deviations: [...onceForAll(beyond), ...compareTellings(tellings, tells)],
    notEvaluated: [
      ...unasked(failed),
      ...(missing.length === 0 || open.length === 0
        ? open
        : [withoutWorld(`conditions of policies that were not both true and false (${open.length})`)]),
    ],
  };
}

/** A key that tells of others' rows is told once; a line that nothing needs deviates. */
function compareTellings(tellings: readonly Telling[], tells: Readonly<Record<string, string>>): Deviation[] {
  const byKey = Map.groupBy(tellings, ({ key }) => key);
  const undeclared = [...byKey.values()].flatMap((group): Deviation[] => {
    const [first] = group;
    if (!first || first.key in tells) return [];
    return [
      {
        check: 'access',
        where: `${[...new Set(group.map(({ caller }) => caller.name))].join(', ')} · insert · ${first.key}`,
        expected: 'a key whose violation tells nothing of rows that the caller may not see',
        seen: first.message,
        evidence: transcript(first.caller, { statement: first.statement }),
        fix: `Put the owner into the key; or declare it in ${declaredIn('tells')}, with the reason why everybody may know which values there are.`,
      },
    ];
  });
  const idle = Object.keys(tells).filter((key) => !byKey.has(key));
  return [
    ...undeclared,
    ...idle.map(
      (key): Deviation => ({
        check: 'access',
        where: key,
        expected: 'a key that tells of rows that a persona may not see',
        seen: 'none',
        fix: `Remove the line from ${declaredIn('tells')}, or correct its name.`,
      }),
    ),
  ];
}

const holeOfRole = ({ caller, table, command, row, makes }: TableHole): string =>
  [caller.role, table, command, row.row, inWords(row.variant), String(makes)].join('\n');

/** A hole is told once, with everybody who gets through it, and shown as the first of them. */
function onceForAll(holes: readonly TableHole[]): Deviation[] {
  const groups = Map.groupBy(holes, ({ table, command, row, makes }) =>
    [table, command, row.row, inWords(row.variant), String(makes)].join('\n'),
  );
  return [...groups.values()].flatMap((group): Deviation[] => {
    const [first] = group;
    if (!first) return [];
    const { table, command, row, caller, statement, after, makes } = first;
    const names = [...new Set(group.map((hole) => hole.caller.name))].join(', ');
    const changes = inWords(row.variant);
    const kind = makes ? `${row.row}), setting (${changes}` : changes ? `${row.row}, with ${changes}` : row.row;
    return [
      {
        check: 'access',
        where: `${names} · ${command} · ${table} (${kind})`,
        expected: 'denied',
        seen: after ? `allowed, and then refused by a constraint (${after.state}: ${after.message})` : 'allowed',
        evidence: transcript(caller, { statement }, makes ? [] : row.before),
        fix: makes
          ? `Hold the new row to the policy with WITH CHECK, or revoke UPDATE on the column; where it is meant, name the column in ${declaredIn('access')}, as in U(${Object.keys(row.variant?.changes ?? {}).join(', ')}).`
          : row.variant
            ? `Narrow the policy to the rows that are meant; or give ${declaredIn('world')} a row of this kind in a class of its own, and declare it in ${declaredIn('access')}.`
            : `Close it with a policy or a revoke, or declare it in ${declaredIn('access')}.`,
      },
    ];
  });
}

function inWords(variant: TableHole['row']['variant']): string {
  return Object.entries(variant?.changes ?? {})
    .map(([column, value]) => `${column} = ${value.replace(/::[^']*$/, '')}`)
    .join(' and ');
}

/** Once for each persona, table and command, with the first error. */
function unasked(failed: readonly FailedSet[]): NotEvaluated[] {
  const byWhere = Map.groupBy(failed, ({ caller, command, table }) => `${caller.name} · ${command} · ${table}`);
  return [...byWhere].map(([where, group]) => ({
    check: 'access',
    where: `${where}, rows that the world does not have`,
    why: `The statement failed for one of them (${group[0]?.error.state}: ${group[0]?.error.message}), and so says nothing of the others. Let the policy or trigger that raises it take every row that the table can hold.`,
  }));
}

function undecided(coverage: NodeCoverage): NotEvaluated[] {
  if (isDecided(coverage)) return [];
  const { table, policy, clause, node, wasTrue, wasFalse, concerned } = coverage;
  const condition = node.replaceAll(/\s+/g, ' ');
  return [{ check: 'access', where: `policy “${policy}” on ${table}, ${clause} ${condition}`, why: reason() }];

  function reason(): string {
    if (!concerned) return 'No persona has a role that the policy is for. Add one, or drop the policy.';
    if (!wasTrue && !wasFalse)
      return 'It could not be evaluated for any row and caller: the table has no row in the world, or the condition fails for every caller.';
    if (wasTrue && wasFalse)
      return `It was true only where another part of the OR, or another policy, was true as well: whom it lets in by itself was not seen. Add a row to ${declaredIn('world')}, or a persona, for which it alone is true; if there can be none, remove it.`;
    const [missing, seen] = wasTrue ? ['false', 'true'] : ['true', 'false'];
    return `It was ${seen} for every row and caller that was asked. Add a row to ${declaredIn('world')}, or a persona, for which it is ${missing}.`;
  }
}
