/** What the pages add to the parts that they share with the report. */
export const pageCss = `
:root { --bar: 45px; }
main:focus { outline: none; }
.bar { scrollbar-width: none; }
.filters { grid-template-columns: repeat(auto-fill, minmax(150px, 1fr)); margin-bottom: var(--s4); }
.chips { margin-bottom: var(--s3); }
.chips a { display: inline-flex; gap: 6px; align-items: center; border: 1px solid var(--control); border-radius: 99px; padding: 0 var(--s3); min-height: 30px; font-size: var(--t-data); color: var(--text); }
.chips a:hover { background: var(--surface); text-decoration: none; }
.chips a[aria-current] { background: var(--accent-soft); border-color: var(--accent); color: var(--accent); font-weight: 600; }
.same { overflow-wrap: anywhere; max-width: none; } .same .btn { min-height: 24px; font-size: var(--t-small); }
.pager { margin: var(--s3) 0 0; max-width: none; } .pager a { padding: 6px 0; }
.htmx-request .part { opacity: 0.6; }
.panel { margin-bottom: var(--s4); }
h1 + .meta { overflow-wrap: anywhere; }
table.stack th[scope=row] { overflow-wrap: anywhere; }
@media (max-width: 640px) { .page { padding: var(--s4) var(--s4) var(--s6); } .bar { padding: 0 var(--s4); gap: var(--s3); } .btn, .chips a { min-height: 40px; } }
@media print { .bar, .filters, .chips, .pager, .head .row { display: none; } thead th { position: static; } }
`;
