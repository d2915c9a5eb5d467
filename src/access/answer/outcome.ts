import { counted } from '../../report/format.ts';
import { become } from '../statements.ts';
import type { CellReport } from './report.ts';

/** Whether everything that was asked about was evaluated and is as declared. */
export function holds({ cells, findings }: Pick<CellReport, 'cells' | 'findings'>): boolean {
  const { deviations, notEvaluated } = findings;
  return deviations.length + notEvaluated.length === 0 && cells.every(({ verdict }) => verdict === 'holds');
}

/** The answer for programs; docs/access.md describes it. `setup` are the statements that turn a session into the persona. */
export function answerData(report: CellReport): object {
  const { name, table, personas, cells, findings, explanation } = report;
  return {
    name,
    table,
    holds: holds(report),
    personas: personas.map((persona) => ({ name: persona.name, role: persona.role, setup: become(persona) })),
    cells: cells.map(({ detail = null, state = null, ...cell }) => ({ ...cell, state, detail })),
    ...(explanation ? { explanation } : {}),
    ...findings,
  };
}

/** Whether all of it is as declared, in one sentence. */
export function summaryOf({ name, table, cells, findings }: CellReport): string {
  const subject = table ?? name;
  const deviating = cells.filter(({ verdict }) => verdict === 'deviates').length;
  const open = cells.filter(({ verdict }) => verdict === 'not evaluated').length + findings.notEvaluated.length;
  if (deviating + findings.deviations.length > 0)
    return `${subject} deviates: ${deviating} of ${counted(cells.length, 'cell')} not as declared, ${counted(findings.deviations.length, 'deviation')} in all.`;
  if (open > 0) return `${subject}: nothing deviates, but not everything was evaluated.`;
  return `${subject} holds: ${counted(cells.length, 'cell')} as declared.`;
}
