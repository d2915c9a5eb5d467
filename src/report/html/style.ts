/** How the page looks: on paper too, and in the dark. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #1a1a1a; --paper: #fff; --dim: #555; --line: #ccc; --bad: #a40000; --good: #14602a; --bar: #e8e8e8; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8e8e8; --paper: #161616; --dim: #aaa; --line: #444; --bad: #ff8a80; --good: #7fd99a; --bar: #2a2a2a; }
}
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
h1 { line-height: 1.2; overflow-wrap: anywhere; } h2 { margin-top: 2.5rem; border-bottom: 1px solid var(--line); }
.verdict { font-size: 1.25rem; font-weight: 600; } .bad { color: var(--bad); } .good { color: var(--good); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; } dt { color: var(--dim); } dd { margin: 0; overflow-wrap: anywhere; }
.wide { overflow-x: auto; } table { border-collapse: collapse; margin: 1rem 0; } caption { text-align: left; font-weight: 600; padding: .25rem 0; }
th, td { border-bottom: 1px solid var(--line); padding: .2rem .6rem; text-align: left; vertical-align: top; }
td ul { margin: 0; padding-left: 1rem; } .long { min-width: 12rem; overflow-wrap: anywhere; }
th[scope=row] { font-weight: 400; } thead th { background: var(--bar); } tfoot th, tfoot td { font-weight: 600; border-top: 2px solid var(--line); }
th.n, td.n { text-align: right; } .n { font-variant-numeric: tabular-nums; white-space: nowrap; } thead .n { white-space: normal; }
code, pre { font: .875rem/1.4 ui-monospace, monospace; overflow-wrap: anywhere; } pre { white-space: pre-wrap; background: var(--bar); padding: .5rem; }
summary { cursor: pointer; } .dim { color: var(--dim); } nav ul { columns: 2; }
.wide { margin: 1rem 0; } .wide table { margin: 0; }
@media print {
  body { font-size: 10pt; max-width: none; margin: 0; } details::details-content { content-visibility: visible; display: block; } nav { display: none; }
  tr, dd, pre { break-inside: avoid; } h2, caption { break-after: avoid; } .wide { overflow: visible; } .long { min-width: 0; }
  th, td { overflow-wrap: anywhere; }
}`;
