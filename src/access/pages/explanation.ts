import { html, type Markup, table } from '../../report/html/markup.ts';
import type { PageSection } from '../../report/html/page.ts';
import { rowWords } from '../answer/words.ts';
import type { Explanation } from '../explain/model.ts';
import { type ExplainedPersonas, type ExplainedRow, inWords, relationWords } from '../explain/words.ts';

/** The rule of a relation as sections of a page: its policies, and what that makes for each persona. */
export function explanationSections(explanation: Explanation): PageSection[] {
  return [
    { title: 'Rule', content: rule(explanation) },
    ...inWords(explanation).map((personas) => ({
      title: `${personas.names.join(', ')} (role ${personas.role})`,
      content: personasHtml(personas),
    })),
  ];
}

function rule(explanation: Explanation): Markup {
  const { policies, triggers } = explanation;
  return html`<p>It is ${relationWords(explanation)}.</p>
${
  policies.length === 0
    ? null
    : table(
        'Policies',
        ['Policy', 'Kind', 'For', 'To', 'USING', 'WITH CHECK'],
        policies.map(({ name, permissive, command, roles, using, check }) => [
          name,
          permissive ? 'permissive' : 'restrictive',
          command,
          roles.join(', '),
          sql(using),
          sql(check),
        ]),
      )
}
${
  triggers.length === 0
    ? null
    : table(
        'Triggers',
        ['Trigger', 'Fires for', 'Definition'],
        triggers.map(({ name, commands, enabled, definition }) => [
          name,
          enabled ? commands.join(', ') : 'nothing: disabled',
          sql(definition),
        ]),
      )
}`;
}

function personasHtml({ names, rowSecurity, usage, commands }: ExplainedPersonas): Markup {
  return html`<dl><dt>Schema</dt><dd>${usage}</dd><dt>Row level security</dt><dd>${rowSecurity}</dd></dl>
${table(
  `Commands as ${names.join(', ')}`,
  ['Command', 'Grant', 'Policies', 'Rows', 'Outcome', 'Why'],
  commands.flatMap(({ command, grant, policies, triggers, rows }) =>
    rows.map((row) => [
      command,
      grant,
      triggers ? `${policies}; triggers ${triggers}` : policies,
      rowWords(row.row),
      html`<span class="${row.verdict === 'deviates' ? 'bad' : ''}">${row.mark} ${row.outcome}, ${row.declared}</span>`,
      why(row),
    ]),
  ),
)}`;
}

function why({ why: sentence, truths, statement, detail }: ExplainedRow): Markup {
  return html`${sentence}${truths.length > 0 ? html`<ul>${truths.map((truth) => html`<li>${truth}</li>`)}</ul>` : null}${
    statement ? html`<details><summary>Statement</summary><pre>${statement};</pre>${detail}</details>` : null
  }`;
}

const sql = (text: string | null): Markup | string => (text === null ? '' : html`<code>${text}</code>`);
