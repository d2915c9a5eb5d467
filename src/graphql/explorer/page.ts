import type { Persona } from '../../access/model.ts';
import { html } from '../../report/html/markup.ts';

/** The text of the page that a person needs to know where they are. */
export interface ExplorerPage {
  /** The project's name. */
  readonly name: string;
  readonly database: string;
  readonly personas: readonly Persona[];
  /** The persona that is chosen at first. */
  readonly first: Persona;
  /** Whether changes are kept. */
  readonly keeps: boolean;
}

/** Where the page's own files are; all of them come from this server. */
export const FILES = { script: '/explorer.js', style: '/explorer.css', ruru: '/ruru/' } as const;

/**
 * GraphiQL with a choice of persona above it. Nothing in it comes from another host, and no script but the two of this
 * server runs in it (Content-Security-Policy, server.ts).
 */
export function explorerHtml({ name, database, personas, first, keeps }: ExplorerPage): string {
  const options = personas.map((persona) =>
    persona === first
      ? html`<option value="${persona.name}" selected>${persona.name} (${persona.role})</option>`
      : html`<option value="${persona.name}">${persona.name} (${persona.role})</option>`,
  );
  const rows = keeps
    ? html`<strong>Changes are kept</strong> in ${database}.`
    : html`Rows of ${database} and of the world. No change is kept.`;
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${name}: GraphQL as ${first.name}</title>
<link rel="icon" href="data:,"><link rel="stylesheet" href="${FILES.ruru}ruru.css"><link rel="stylesheet" href="${FILES.style}">
</head><body>
<header><h1>${name}</h1><label for="persona">Persona</label><select id="persona" autocomplete="off">${options}</select>
<p>${rows}</p><p id="whose" role="status"></p></header>
<main id="explorer"><p>GraphiQL is loading.</p></main>
<script type="module" src="${FILES.script}"></script>
</body></html>
`.text;
}

const DARK = `
  color: #e5e7eb; background: #1f2937; --border: #4b5563; --field: #111827; --warning: #fca5a5; --focus: #93c5fd;`;

/** The style of the line above GraphiQL, which follows GraphiQL's choice of a light or a dark theme. */
export const EXPLORER_STYLE = `
html, body { height: 100%; margin: 0; }
body { display: flex; flex-direction: column; font: 15px/1.4 system-ui, sans-serif; color: #1f2937; background: #f3f4f6;
  --border: #d1d5db; --field: #fff; --warning: #b91c1c; --focus: #1d4ed8; }
body.graphiql-dark {${DARK} }
@media (prefers-color-scheme: dark) { body:not(.graphiql-light) {${DARK} } }
header { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem .75rem; padding: .5rem 1rem;
  border-bottom: 1px solid var(--border); }
header h1 { margin: 0 .75rem 0 0; font-size: 1rem; }
header label { font-weight: 600; }
header select { font: inherit; padding: .2rem .4rem; color: inherit; background: var(--field);
  border: 1px solid #6b7280; border-radius: 4px; }
header select:focus-visible { outline: 2px solid var(--focus); outline-offset: 1px; }
header p { margin: 0; }
header strong, #whose { color: var(--warning); }
main { flex: 1; min-height: 0; }
main > p { padding: 1rem; }
.stale .graphiql-response { outline: 3px dashed var(--warning); outline-offset: -3px; }
`;
