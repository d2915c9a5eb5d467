/** How the heat map looks, in addition to the style of every page. Each colour stands behind a letter or mark that says the same. */
export const HEAT_MAP_STYLE = `
:root { --allowed: #14602a; --on-allowed: #fff; --denied: #dbe4ee; --on-denied: #1a1a1a; --none: transparent; --on-none: #555; --odd: #7a3f00; --on-odd: #fff; --open: #ffe08a; --on-open: #1a1a1a; }
@media (prefers-color-scheme: dark) {
  :root { --allowed: #7fd99a; --on-allowed: #0c2413; --denied: #34475a; --on-denied: #f0f0f0; --on-none: #aaa; --odd: #ffb870; --on-odd: #2a1600; --open: #6b5600; --on-open: #fff; }
}
.mark { display: inline-block; width: 1.5em; line-height: 1.6; text-align: center; font: .875rem/1.6 ui-monospace, monospace; border-radius: .2em; margin-inline-end: 1px; background: var(--none); color: var(--on-none); print-color-adjust: exact; }
.mark.allowed { background: var(--allowed); color: var(--on-allowed); font-weight: 700; }
.mark.filtered, .mark.policy-violation, .mark.refused { background: var(--denied); color: var(--on-denied); }
.mark.error { background: var(--odd); color: var(--on-odd); font-weight: 700; }
.mark.not-evaluated { background: var(--open); color: var(--on-open); }
.sign { color: var(--bad); font-weight: 700; margin-inline-start: .15em; }
.legend { list-style: none; padding: 0; columns: 22rem; } .legend li { break-inside: avoid; padding: .1rem 0; }
.filter { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; align-items: center; margin: 1rem 0; } .filter[hidden] { display: none; }
.filter select, .filter input, [popover] button { font: inherit; color: inherit; } .filter select { background: var(--paper); border: 1px solid var(--line); padding: .2rem; max-width: 100%; }
table.heat { border-collapse: separate; border-spacing: 0; } .tall { max-height: 92vh; overflow: auto; }
.heat thead th { position: sticky; top: 0; z-index: 2; } .heat thead th:first-child { z-index: 3; }
.heat td { padding: .1rem .3rem; white-space: nowrap; } .heat thead th { vertical-align: bottom; }
.heat thead .dim { font-weight: 400; font-size: .8rem; }
.heat th[scope=row], .heat thead th:first-child { left: 0; } .heat th[scope=row] { position: sticky; z-index: 1; } .heat th[scope=row] { background: var(--paper); min-width: 7rem; padding-inline-start: 1rem; }
.heat .table th { border-bottom: 0; padding: .35rem .6rem 0; line-height: 1.3; font-family: ui-monospace, monospace; font-size: .875rem; } .heat .table span { position: sticky; left: .6rem; }
.field { font: inherit; color: inherit; background: none; border: 2px solid transparent; border-radius: .4em; padding: .15rem; cursor: pointer; white-space: nowrap; }
.field:hover { border-color: var(--dim); } .field.differs { border-color: var(--bad); } :focus-visible { outline: 3px solid #2f6fde; outline-offset: 1px; }
[popover] { color: var(--ink); background: var(--paper); border: 1px solid var(--dim); border-radius: .5rem; padding: 1rem 1.25rem; width: min(46rem, calc(100vw - 1.5rem)); box-sizing: border-box; max-height: 88vh; overflow: auto; white-space: normal; }
[popover]::backdrop { background: rgb(0 0 0 / .35); }
[popover] .head { display: flex; gap: 1rem; justify-content: space-between; align-items: start; } [popover] .head button { flex: none; }
[popover] h3 { margin: 0; overflow-wrap: anywhere; } .verdict-words { white-space: nowrap; margin-inline-start: .5rem; } [popover] h4 { margin: 1rem 0 .25rem; } [popover] dl { margin: .25rem 0; } [popover] pre { margin: .25rem 0; }
[popover] button { background: var(--bar); border: 1px solid var(--dim); border-radius: .3rem; padding: .3rem 1rem; cursor: pointer; }
pre.box { max-height: 9rem; overflow: auto; }
@media (max-width: 40rem) {
  body { margin: 1rem auto; padding: 0 .6rem; } .heat th[scope=row] { min-width: 4.5rem; max-width: 5.5rem; padding-inline: .3rem; font-size: .875rem; overflow-wrap: anywhere; }
  dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .4rem; } [popover] dl { grid-template-columns: max-content 1fr; gap: .1rem .75rem; }
}
@media print {
  .filter { display: none; } .tall { max-height: none; overflow: visible; } .heat th[scope=row], .heat thead th { position: static; } .heat tbody { break-inside: avoid; } .heat td { padding: 0 .2rem; } .mark { width: 1.2em; font-size: 8pt; } .heat .table th { padding-top: .1rem; }
}`;
