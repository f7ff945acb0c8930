/** What the report adds to the shared parts. */
export const reportCss = `
:root { --bar: 0px; }
.js-only, .none { display: none; }
.js .js-only { display: inline-flex; } .js .js-only.block { display: block; } .js .no-js { display: none; }
.page { overflow-wrap: break-word; } footer.page { padding-top: 0; }
.head > div { min-width: 0; } .crumb, .meta, .note, .sec, footer { overflow-wrap: anywhere; }
h1, h2.title { overflow-wrap: anywhere; } h2.title { font-size: var(--t-h1); line-height: 1.25; margin: 0; }
article.opt { border-top: 3px solid var(--line); margin-top: var(--s6); padding-top: var(--s5); }
.opt > .meta { margin-bottom: var(--s4); } .opt h3 { font-size: var(--t-h2); } .opt h4 { font-size: var(--t-data); margin: 0 0 var(--s2); }
.sec h3 { margin: 0; } .sec .btn { min-height: 24px; }
.figs.n1, .figs.n2, .figs.n3 { grid-template-columns: repeat(auto-fit, minmax(210px, 1fr)); }
.figs > div, .figs > div:nth-child(n) { border: 0; box-shadow: -1px -1px 0 var(--line); } .figs { overflow: hidden; }
figcaption { margin-top: 26px; } .chart.gain { padding-bottom: 16px; } .chart .front { opacity: 1; }
.two .chart { padding-left: 30px; }
ul.plain { margin: 0; padding-left: 18px; } .note ul.plain { margin-top: var(--s1); } section > ul.plain { margin-top: var(--s3); }
.refused { margin-top: var(--s3); } .refused p { margin: 0; }
details + details, pre + details { margin-top: var(--s2); } .text-fold { margin-bottom: var(--s2); }
.copyable { position: relative; } .copyable .btn { position: absolute; top: 6px; right: 6px; min-height: 28px; font-size: var(--t-small); } .copyable pre { padding-right: 84px; }
.cmd { white-space: pre-wrap; }
.diff mark { background: none; color: inherit; font-weight: 700; } .diff li > span { white-space: pre-wrap; }
.diff .add mark { text-decoration: underline; text-underline-offset: 3px; text-decoration-thickness: 2px; }
.chips label { position: relative; } .chips input { inset: 0; width: 100%; height: 100%; margin: 0; cursor: pointer; }
.price th { white-space: normal; }
.tools { justify-content: space-between; gap: var(--s2) var(--s4); } .tools input { min-height: 30px; }
[data-status] { margin: var(--s2) 0 0; }
.filter:has(.f-worse:checked) tbody tr:not(.k-worse), .filter:has(.f-better:checked) tbody tr:not(.k-better), .filter:has(.f-wrong:checked) tbody tr:not(.k-wrong), .filter:has(.f-right:checked) tbody tr:not(.k-right), .filter:has(.f-failed:checked) tbody tr:not(.k-failed) { display: none; }
.filter:has(.f-worse:checked):not(:has(.k-worse)) .empty, .filter:has(.f-better:checked):not(:has(.k-better)) .empty, .filter:has(.f-wrong:checked):not(:has(.k-wrong)) .empty, .filter:has(.f-right:checked):not(:has(.k-right)) .empty, .filter:has(.f-failed:checked):not(:has(.k-failed)) .empty, .filter.nothing .empty { display: block; }
.none .e, .filter:has(.f-worse:checked):has(.e-worse) .e-any, .filter:has(.f-better:checked):has(.e-better) .e-any, .filter:has(.f-wrong:checked):has(.e-wrong) .e-any, .filter:has(.f-right:checked):has(.e-right) .e-any, .filter:has(.f-failed:checked):has(.e-failed) .e-any { display: none; } .filter:has(.f-worse:checked) .e-worse, .filter:has(.f-better:checked) .e-better, .filter:has(.f-wrong:checked) .e-wrong, .filter:has(.f-right:checked) .e-right, .filter:has(.f-failed:checked) .e-failed { display: block; }
.rows tbody tr.miss { display: none; }
.rows tr { scroll-margin-top: 40px; } .rows td { white-space: pre-wrap; } .rows td > div { white-space: pre-wrap; }
.rows .fb { color: var(--muted); font-size: var(--t-small); margin-top: 2px; } .rows .fig { font-weight: 600; }
.rows thead button { all: unset; cursor: pointer; font: inherit; color: inherit; } .rows thead button:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
.rows thead button::after { content: " ↕"; color: var(--control); } .rows thead [aria-sort=ascending] button::after { content: " ↓"; color: var(--text); } .rows thead [aria-sort=descending] button::after { content: " ↑"; color: var(--text); }
.a > .fold, .a > .fold > summary, .fb > .fold, .fb > .fold > summary { display: inline; }
.fold > summary { color: inherit; font-size: inherit; padding: 0; list-style: none; width: auto; } .fold > summary::-webkit-details-marker { display: none; } .fold > summary .more { color: var(--accent); white-space: nowrap; } .fold[open] > summary > span:first-child { display: none; } .fold[open] > summary .more::before { content: "fold "; }
.causes summary { padding: 0; } .causes details p { margin: var(--s1) 0; overflow-wrap: anywhere; } .causes th { overflow-wrap: anywhere; } .c-bar { width: 30%; }
.cands td a { text-decoration: underline; text-underline-offset: 2px; text-decoration-thickness: 1px; }
.cands .tree { max-width: 320px; } .cands td:last-child { overflow-wrap: anywhere; }
.diffs > h3, .diffs > h4, .diffs > h5 { margin: var(--s5) 0 var(--s2); scroll-margin-top: var(--s3); }
tr:target { scroll-margin-top: 40px; }
@media (max-width: 1000px) { .rows .c-n { width: 42px; } .rows .c-e { width: 10%; } .rows .c-b { width: 14.5%; } .rows .c-c { width: 94px; } }
@media (max-width: 420px) { .figs, .figs.n1, .figs.n2, .figs.n3 { grid-template-columns: minmax(0, 1fr); } }
@media (min-width: 1600px) { .page { max-width: 1440px; } }
@media (min-width: 2400px) { html { font-size: 112.5%; } .page { max-width: 1800px; } }
@media (max-width: 640px) {
  .spend th, .spend td { padding-right: var(--s2); } .js .sec .btn { min-height: 40px; }
  .rows tr { scroll-margin-top: 8px; } .kv { grid-template-columns: minmax(0, 1fr); gap: 0; } .kv dd { margin-bottom: var(--s2); }
  .cands .tree { max-width: none; white-space: normal; } .tools > label, .tools > label input { width: 100%; }
  .two .chart, .chart { padding-right: 40px; } .copyable pre { padding-right: var(--s4); } .copyable .btn { position: static; margin-top: var(--s2); min-height: 40px; }
}
@media print {
  @page { margin: 14mm; }
  :root { color-scheme: light; --bg: #ffffff; --surface: #f6f7f8; --line: #d0d4d9; --control: #858d97; --text: #1a1e23; --muted: #58616c; --accent: #1d5bc9; --on-accent: #ffffff; --accent-soft: #e9f0fc; --good: #146c38; --good-soft: #e2f4e7; --bad: #b02720; --bad-soft: #fce9e7; --warn: #855100; --warn-soft: #fcf2db; }
  body { font-size: 9.5pt; } table { font-size: 8.5pt; } .js-only, .js .js-only, .js .js-only.block, .toc, .skip, .tools { display: none !important; }
  table .st, table .tag, table .fb { font-size: inherit; } summary { list-style: none; color: inherit; } summary::-webkit-details-marker { display: none; }
  .diffs > details, .fold > summary { display: none; }
  details::details-content { content-visibility: visible; display: block; height: auto; } .diffs, .text-fold > details { break-inside: auto; }
  section { margin-top: 20px; } thead { display: table-header-group; } .two { display: block; } .two > section + section { margin-top: 20px; }
  .diff, .note, .add, .del, .hold, .band, .hbar { print-color-adjust: exact; } h2, h3, .sec { break-after: avoid; }
}
`;
