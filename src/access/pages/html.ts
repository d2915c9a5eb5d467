import { deviationsHtml, notEvaluatedHtml } from '../../report/html/deviation.ts';
import { html, type Markup } from '../../report/html/markup.ts';
import { type PageSection, pageHtml } from '../../report/html/page.ts';
import { holds, summaryOf } from '../answer/outcome.ts';
import type { CellReport } from '../answer/report.ts';
import { explanationSections } from './explanation.ts';
import { FILTER } from './filter.ts';
import { heatMap } from './heat-map.ts';
import { HEAT_MAP_STYLE } from './style.ts';

/** The report as one page of HTML: the deviations, the explanation where it was asked for, and the heat map. */
export function reportHtml(report: CellReport): string {
  const { name, table, personas, explanation, findings } = report;
  const whom = personas.length === 1 ? ` as ${personas[0]?.name}` : '';
  const sections: PageSection[] = [
    { title: 'Heat map', content: heatMap(report) },
    ...(explanation ? explanationSections(explanation) : []),
    ...(findings.notEvaluated.length > 0
      ? [{ title: 'Not evaluated', content: notEvaluatedHtml(findings.notEvaluated) }]
      : []),
  ];
  return pageHtml({
    title: `Who may do what ${table === null ? `in ${name}` : `with ${table}`}${whom}`,
    lead: leadOf(report),
    ...(findings.deviations.length > 0 ? { first: deviationsHtml('Deviations', findings.deviations) } : {}),
    sections,
    style: HEAT_MAP_STYLE,
    script: FILTER,
  });
}

function leadOf(report: CellReport): Markup {
  const { database, personas } = report;
  return html`<p class="verdict ${holds(report) ? 'good' : 'bad'}">${summaryOf(report)}</p>
<p>Each outcome was seen: every statement was executed as the persona, on a row that was there, in a transaction that was rolled back.</p>
<dl><dt>Database</dt><dd>${database}</dd><dt>${personas.length === 1 ? 'Persona' : 'Personas'}</dt><dd>${personas.map(({ name, role }) => `${name} (${role})`).join(', ')}</dd></dl>`;
}
