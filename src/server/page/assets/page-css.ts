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
main:has(:target) > .note.good { position: sticky; top: calc(var(--bar) + var(--s2)); z-index: 4; } #feedback form + form { margin-top: var(--s4); }
.htmx-request .part { opacity: 0.6; }
.panel { margin-bottom: var(--s4); }
h1 + .meta { overflow-wrap: anywhere; }
table.stack th[scope=row] { overflow-wrap: anywhere; }
@media (max-width: 640px) { .page { padding: var(--s4) var(--s4) var(--s6); } :root { --bar: 0px; } .bar { position: static; height: auto; overflow: visible; flex-wrap: wrap; padding: var(--s1) var(--s4); gap: 0 var(--s3); } .bar nav { flex-wrap: wrap; flex: 1 1 100%; margin: 0 -10px; } .bar nav a { min-height: 36px; } .btn, .chips a { min-height: 40px; } }
fieldset.chips legend { font-size: var(--t-small); color: var(--muted); padding: 0 0 4px; } .playground .inputs { margin-bottom: var(--s4); } .playground .tools { margin: var(--s2) 0 var(--s4); } .playground .tools p { margin: 0; } #live + .same { margin-top: var(--s4); }
.tried { table-layout: fixed; } .tried th:first-child { width: 56px; } .tried th:nth-child(3) { width: 12%; } .tried td { overflow-wrap: anywhere; white-space: pre-wrap; } @media (max-width: 640px) { .tried { table-layout: auto; } .tried td[data-l] { grid-column: 1 / -1; } } .cols.n1 { grid-template-columns: minmax(0, 1fr); } .cols.n2 { grid-template-columns: repeat(2, minmax(0, 1fr)); } .cols.n4 { grid-template-columns: repeat(4, minmax(0, 1fr)); }
.cols h2 a { color: inherit; } .cols .answer { white-space: pre-wrap; overflow-wrap: anywhere; } .cols .quad { grid-template-columns: repeat(2, auto); } .cols .quad dt, .cols .quad dd { grid-row: auto; } .fieldsrow { align-items: end; flex-wrap: nowrap; } .fieldsrow .field { flex: 1; min-width: 0; } .fieldsrow .field:first-child { flex: 0 1 auto; } .fieldsrow input, .fieldsrow select { width: 100%; min-width: 0; }
#pg-status p { margin: 0; } form.inline { display: inline; } .cols .stackf { flex: 1; align-content: start; }
.narrow { max-width: 640px; } .note code { overflow-wrap: anywhere; } #live-dropped { margin-top: var(--s2); }
.more { grid-column: 1 / -1; } .more .filters { margin: var(--s2) 0 0; }
.tl { table-layout: fixed; } .tl .c-x { width: 34px; } .tl th:nth-child(2) { width: 108px; } .tl .num { width: 86px; } .tl th:last-child { width: 92px; } .tl th[scope=row] { font-weight: 400; overflow-wrap: anywhere; } .split .tl .day { display: none; } .split .tl th:nth-child(2) { width: 76px; }
.tl th a, .wf th a { text-decoration: underline; text-underline-offset: 2px; text-decoration-thickness: 1px; } .msg h4 { margin: 0 0 2px; font-size: var(--t-small); color: var(--muted); } .msg .body { white-space: pre-wrap; overflow-wrap: anywhere; } .msg .call { overflow-wrap: anywhere; } .msg details { margin: 0; }
.one { min-width: 0; scroll-margin-top: calc(var(--bar) + var(--s3)); } .one > section + section { margin-top: var(--s5); } .back { display: none; }
.wf th { overflow-wrap: anywhere; }
@media (max-width: 960px) { .cols.n1, .cols.n2, .cols.n4 { grid-template-columns: minmax(0, 1fr); } .split.chosen > section, main:has(.split.chosen) > .filters, main:has(.split.chosen) #list > .same { display: none; } .back { display: block; } }
@media (max-width: 640px) { .tl { table-layout: auto; } }
@media print { .bar, .filters, .chips, .pager, .head .row { display: none; } thead th { position: static; } }
.panel > h2 { margin-bottom: var(--s3); } .panel .stackf { max-width: 760px; } .panel .same { margin: var(--s3) 0 0; }
.check { display: flex; gap: var(--s2); align-items: center; font-size: var(--t-data); min-height: 24px; } .check input { width: 16px; height: 16px; margin: 0; accent-color: var(--accent); }
.break, .about, .line b, .env { overflow-wrap: anywhere; } .row.spread > h2 { margin: 0; min-width: 0; }
.side aside dl { margin: 0; } .side aside dd { margin: var(--s1) 0 0; } .side > div { min-width: 0; }
.text.role, h3.role { margin: var(--s3) 0 var(--s1); }
.sec form.row { margin: 0; } .sec form label.row { gap: var(--s2); } .sec form select { width: auto; max-width: 220px; }
.members { margin: 0; } .members dt { font-size: var(--t-small); color: var(--muted); margin: var(--s2) 0 var(--s1); } .members dd { margin: 0; }
.verb { font-size: var(--t-small); } .op { overflow-wrap: anywhere; } .names { max-width: none; } .names a { display: inline-block; margin-right: var(--s3); padding: var(--s1) 0; }
.fields { list-style: none; margin: 0 0 var(--s2); padding: 0; font-size: var(--t-data); } .fields .fields { margin: var(--s1) 0 0 var(--s3); padding-left: var(--s3); border-left: 2px solid var(--line); } .fields li { padding: var(--s1) 0; overflow-wrap: anywhere; } .fields a { text-decoration: underline; text-underline-offset: 2px; }
p.pager, p.same { max-width: none; } p.same { margin-top: var(--s5); } .chart.versions { padding-bottom: 0; }
.tag { white-space: normal; overflow-wrap: anywhere; } .note + .side { margin-top: var(--s5); } .note + .panel { margin-top: 0; }
@media (min-width: 641px) { [aria-label^="Operations"] th { width: 48%; } }
td a, dd a, .plain li a { text-decoration: underline; text-underline-offset: 2px; text-decoration-thickness: 1px; }
table.stack td.wide { overflow-wrap: anywhere; min-width: 9ch; }
`;
