/** How a review looks, in addition to the style of every page. A colour never says anything that a mark does not. */
export const REVIEW_STYLE = `
:root { --stop: #a40000; --look: #8a5200; --note: #767676; }
@media (prefers-color-scheme: dark) { :root { --stop: #ff8a80; --look: #ffc46b; --note: #999; } }
.summary td, .summary th { padding: .3rem .6rem; } .summary th[scope=row] { font-weight: 600; white-space: nowrap; }
.sign { font-weight: 700; } .stop .sign { color: var(--stop); } .look .sign { color: var(--look); } .note .sign, .none .sign { color: var(--note); }
article { border-inline-start: .3rem solid var(--note); padding: .1rem 0 .1rem .9rem; margin: 1rem 0; } article.stop { border-color: var(--stop); } article.look { border-color: var(--look); }
article h3 { margin: 0; font-size: 1rem; overflow-wrap: anywhere; } article p { margin: .2rem 0; overflow-wrap: anywhere; } article details { margin: .3rem 0; }
.note-line { border: 1px solid var(--line); padding: .5rem .75rem; overflow-wrap: anywhere; }
.sides { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem; } .sides > div { min-width: 0; } .sides h4 { margin: .3rem 0; } .sides pre { max-height: 30rem; overflow: auto; margin: 0; }
:focus-visible { outline: 3px solid #2f6fde; outline-offset: 1px; }
@media (max-width: 48rem) { .sides { grid-template-columns: 1fr; } .summary th[scope=row] { white-space: normal; } nav ul { columns: 1; } }
@media print { .sides pre { max-height: none; } }
`;
