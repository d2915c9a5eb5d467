import type { CitusCheck, Judged } from './check.ts';
import type { Place } from './distribution.ts';

const SIGNS = { holds: '✔', changed: '→', settled: '–', broken: '✗' } as const;

/** The outcome of a finding: its status, or `settled` for a broken one that the project has settled. */
export const outcomeOf = ({ status, instead }: Judged): keyof typeof SIGNS =>
  status === 'broken' && instead !== undefined ? 'settled' : status;

/** The findings of each table in turn, then those of functions; functions that hold are left out. */
export function tablesText({ input, findings }: CitusCheck): string {
  const blocks = input.tables.map(({ id }) => {
    const place = input.places.get(id);
    const own = findings.filter(({ where, rule }) => where === id && rule !== 'function');
    return [`${id}: ${place ? placeText(place) : 'no place'}`, ...own.map(lineOf)].join('\n');
  });
  const functions = findings.filter(({ rule, status }) => rule === 'function' && status !== 'holds');
  const lines = ['functions', ...functions.map((finding) => `${lineOf(finding)}`)];
  return [...blocks, ...(functions.length > 0 ? [lines.join('\n')] : []), settledText(findings)].join('\n\n');
}

const lineOf = (finding: Judged): string => {
  const what = finding.rule === 'function' ? `${finding.object} ${finding.says}` : `${finding.rule}: ${finding.says}`;
  return `  ${SIGNS[outcomeOf(finding)]} ${what}`;
};

function placeText(place: Place): string {
  if (place.kind === 'distributed') return `distributed by ${place.column}, in the group ${place.group}`;
  return place.kind === 'reference' ? 'reference table, a copy on each node' : `local: ${place.reason}`;
}

function settledText(findings: readonly Judged[]): string {
  const settled = new Map(
    findings.flatMap(({ object, instead }) => (instead === undefined ? [] : [[object, instead]])),
  );
  if (settled.size === 0) return '';
  return [
    'Can’t be distributed unchanged (–), and what is done instead:',
    ...[...settled].map(([object, instead]) => `  ${object}\n    ${instead}`),
  ].join('\n');
}

/** How many tables of each kind, and findings of each outcome. */
export function countsOf({ input, findings }: CitusCheck): Record<string, string> {
  const places = [...input.places.values()];
  const groups = Object.entries(input.distribution.groups).map(
    ([name, tables]) => `${Object.keys(tables).length} by ${name}`,
  );
  const of = (outcome: keyof typeof SIGNS): number =>
    findings.filter((finding) => outcomeOf(finding) === outcome).length;
  return {
    tables: [
      ...groups,
      `${places.filter(({ kind }) => kind === 'reference').length} reference`,
      `${places.filter(({ kind }) => kind === 'local').length} local`,
    ].join(', '),
    holds: String(of('holds')),
    changed: `${of('changed')} by the script, with nothing lost`,
    settled: `${of('settled')} that can't be distributed unchanged, each with what is done instead`,
    Citus: 'not evaluated: only the catalogs are compared with its rules, no Citus server ran the script',
  };
}
