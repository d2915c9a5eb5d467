import type { Relation } from '../catalog/relations.ts';
import type { Deviation, Findings, NotEvaluated } from '../report/deviation.ts';
import { declaredIn } from '../report/layout.ts';
import { undeclaredRelation } from './compare-undeclared.ts';
import { missingRows, withoutWorld } from './compare-world.ts';
import { type AccessSpec, type Cell, LETTERS, type Persona } from './model.ts';
import type { Probes } from './probe.ts';
import { type Intent, intents } from './spec.ts';
import { transcript } from './transcript.ts';

/**
 * Holds what was proved against what is declared. It deviates when a cell differs, when a table has no line, a line no
 * table, a row class no row, or a probe failed for another reason than a denial.
 */
export function compareAccess(
  probes: Pick<Probes, 'cells' | 'missing'>,
  spec: AccessSpec,
  personas: readonly Persona[],
  relations: readonly Relation[],
): Findings {
  const declared = new Map(intents(spec).map((intent) => [keyOf(intent), intent]));
  const byName = new Map(personas.map((persona) => [persona.name, persona]));
  const deviations: Deviation[] = [];
  const notEvaluated: NotEvaluated[] = [];

  deviations.push(...missingRows(probes.missing));
  for (const table of relations.filter(({ id }) => !(id in spec)))
    deviations.push(undeclaredRelation(table, probes.cells, byName));

  const seen = new Set<string>();
  const differing: CellDeviation[] = [];
  // Without the rows that let a persona in, that it stays out says nothing.
  let unjudged = 0;
  for (const cell of probes.cells) {
    if (!(cell.table in spec)) continue;
    seen.add(keyOf(cell));
    if (cell.unruled && cell.outcome === 'allowed') continue;
    const finding = compareCell(cell, declared.get(keyOf(cell)), byName.get(cell.persona));
    if (finding?.kind === 'deviation' && finding.less && probes.missing.length > 0) unjudged++;
    else if (finding?.kind === 'deviation') differing.push({ cell, deviation: finding.deviation });
    if (finding?.kind === 'not evaluated') notEvaluated.push(finding.notEvaluated);
  }
  const absent = new Set(probes.missing.map(({ table, row }) => `${table} (${row})`));
  deviations.push(
    ...onceForAll(differing),
    ...linesWithoutRows(declared, seen, relations).filter(({ where }) => !absent.has(where)),
  );
  if (unjudged > 0) notEvaluated.push(withoutWorld(`cells in which less was allowed than is declared (${unjudged})`));
  return { deviations, notEvaluated };
}

/** A hole is one deviation that lists every persona who gets through it; the statement is that of the first one. */
function onceForAll(findings: readonly CellDeviation[]): Deviation[] {
  const groups = Map.groupBy(findings, ({ cell, deviation }) =>
    [cell.command, cell.table, cell.row, deviation.expected, deviation.seen].join('\n'),
  );
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const { cell, deviation } = first;
    const personas = group.map((other) => other.cell.persona).join(', ');
    return [{ ...deviation, where: `${personas} · ${cell.command} · ${cell.table} (${cell.row})` }];
  });
}

interface CellDeviation {
  readonly cell: Cell;
  readonly deviation: Deviation;
}

interface DeviatingCell {
  readonly kind: 'deviation';
  readonly deviation: Deviation;
  /** Less was allowed than is declared. */
  readonly less?: true;
}

type CellFinding = DeviatingCell | { readonly kind: 'not evaluated'; readonly notEvaluated: NotEvaluated };

/** Holds one cell against what is declared for it; undefined when it is as declared. */
export function compareCell(
  cell: Cell,
  intent: Intent | undefined,
  persona: Persona | undefined,
): CellFinding | undefined {
  const where = `${cell.persona} · ${cell.command} · ${cell.table} (${cell.row})`;
  const evidence = persona ? transcript(persona, cell) : cell.statement;
  const deviation = (expected: string, fix: string): DeviatingCell => ({
    kind: 'deviation',
    deviation: { check: 'access', where, expected, seen: inWords(cell), evidence, fix },
  });
  if (!intent) {
    return deviation(
      'a line in the access spec',
      `Declare what ${cell.persona} may do with ${cell.table} (${cell.row}) in ${declaredIn('access')}.`,
    );
  }
  const mayDo = intent.commands.has(cell.command);
  const refusal = intent.refusals.get(cell.command);
  if (refusal !== undefined) return compareRefusal(cell, refusal, deviation);
  switch (cell.outcome) {
    case 'not evaluated':
      return {
        kind: 'not evaluated',
        notEvaluated: { check: 'access', where, why: cell.detail ?? 'The probe could not be made.' },
      };
    case 'error':
      if (cell.afterAccess && !mayDo)
        return deviation(
          'denied',
          `Access was allowed, and only this row was refused: close it with a policy or a revoke.`,
        );
      return deviation(
        mayDo ? 'allowed' : 'denied',
        'An error is neither allowed nor denied: fix the policy, the trigger or the row in the world that raises it.',
      );
    case 'refused':
      // insufficient_privilege says itself that it is a denial.
      if (!mayDo && cell.state === '42501') return undefined;
      return deviation(
        mayDo ? 'allowed' : 'denied by a privilege or a policy',
        `If the application is to refuse it, declare ${LETTERS[cell.command]} as !${LETTERS[cell.command]}(${cell.state}) in ${declaredIn('access')}.`,
      );
    case 'allowed':
      if (mayDo) return undefined;
      return deviation('denied', `Close it with a policy or a revoke, or declare it in ${declaredIn('access')}.`);
    default:
      if (!mayDo) return undefined;
      return {
        ...deviation('allowed', `Grant it and give it a policy, or remove it from ${declaredIn('access')}.`),
        less: true,
      };
  }
}

/** A cell that is declared as refused has to be refused, with that SQLSTATE. */
function compareRefusal(
  cell: Cell,
  state: string,
  deviation: (expected: string, fix: string) => DeviatingCell,
): CellFinding | undefined {
  if (cell.outcome === 'refused' && cell.state === state) return undefined;
  return deviation(
    `refused with ${state}`,
    `Raise that SQLSTATE in the trigger or function, or declare the intended outcome in ${declaredIn('access')}.`,
  );
}

function linesWithoutRows(
  declared: ReadonlyMap<string, Intent>,
  seen: ReadonlySet<string>,
  relations: readonly Relation[],
): Deviation[] {
  const tables = new Set(relations.map(({ id }) => id));
  const missing = [...declared].filter(([key]) => !seen.has(key)).map(([, intent]) => intent);
  const lines = new Map(missing.map((intent) => [`${intent.table} (${intent.row})`, intent]));
  return [...lines].map(([where, intent]) => ({
    check: 'access',
    where,
    expected: 'what the access spec declares, proved',
    seen: tables.has(intent.table) ? `no row of this class was probed as ${intent.persona}` : 'there is no such table',
    fix: tables.has(intent.table)
      ? `Add a row of the class ${JSON.stringify(intent.row)} to ${declaredIn('world')}, or remove the line from ${declaredIn('access')}.`
      : `Remove the line from ${declaredIn('access')}, or correct its name.`,
  }));
}

function inWords({ outcome, detail }: Cell): string {
  return detail ? `${outcome} (${detail})` : outcome;
}

const keyOf = ({ table, row, persona }: { table: string; row: string; persona: string }): string =>
  [table, row, persona].join('\n');
