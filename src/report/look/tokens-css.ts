/** Design tokens and the parts that every page shares: colors, type, space, tables, charts, diffs. */
export const tokensCss = `/* Design tokens and shared parts. One accent, three meanings, no motion, no external assets.
   No inline styles anywhere: everything also works under CSP default-src 'self'. */
:root {
  color-scheme: light dark;
  /* colour */
  --bg: #ffffff; --surface: #f6f7f8; --line: #e1e4e8; --control: #858d97;
  --text: #1a1e23; --muted: #58616c;
  --accent: #1d5bc9; --on-accent: #ffffff; --accent-soft: #e9f0fc;
  --good: #146c38; --good-soft: #e2f4e7;
  --bad: #b02720; --bad-soft: #fce9e7;
  --warn: #855100; --warn-soft: #fcf2db;
  /* type: 12 / 13 / 14 / 16 / 22 / 26 px */
  --sans: -apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  --mono: ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace;
  --t-small: 0.75rem; --t-data: 0.8125rem; --t-body: 0.875rem; --t-h2: 1rem; --t-h1: 1.375rem; --t-figure: 1.625rem;
  /* space: 4 8 12 16 24 40 */
  --s1: 4px; --s2: 8px; --s3: 12px; --s4: 16px; --s5: 24px; --s6: 40px;
  --radius: 5px; --bar: 45px;
}
@media (prefers-color-scheme: dark) {
  :root {
    --bg: #131518; --surface: #1b1e22; --line: #2e3339; --control: #727c87;
    --text: #e5e8eb; --muted: #a0a9b3;
    --accent: #85b2ff; --on-accent: #0d1a33; --accent-soft: #1b2a45;
    --good: #6fca8c; --good-soft: #17301f;
    --bad: #ff9b93; --bad-soft: #3b1d1b;
    --warn: #e3b35c; --warn-soft: #33280f;
  }
}
* { box-sizing: border-box; }
html { scroll-padding-top: calc(var(--bar) + var(--s3)); -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--bg); color: var(--text); font: var(--t-body)/1.5 var(--sans); font-variant-numeric: tabular-nums; }
h1 { font-size: var(--t-h1); line-height: 1.25; margin: 0; font-weight: 600; letter-spacing: -0.01em; }
h2 { font-size: var(--t-h2); line-height: 1.4; margin: 0 0 var(--s3); font-weight: 600; }
h3 { font-size: var(--t-data); margin: 0 0 var(--s2); font-weight: 600; }
p { margin: 0 0 var(--s3); max-width: 72ch; } p.small { max-width: 96ch; }
a { color: var(--accent); text-decoration: none; } a:hover { text-decoration: underline; }
p a, .tree a, .log a, .crumb a, .muted a, .note a { text-decoration: underline; text-underline-offset: 2px; text-decoration-thickness: 1px; }
code, pre, kbd, .mono { font-family: var(--mono); font-size: 0.93em; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
.muted { color: var(--muted); } .small { font-size: var(--t-small); }
.good { color: var(--good); } .bad { color: var(--bad); } .warn { color: var(--warn); }
.nowrap { white-space: nowrap; }
.vh { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

/* frame */
.skip { position: absolute; left: -999px; } .skip:focus { left: var(--s2); top: var(--s2); z-index: 9; background: var(--bg); padding: var(--s2); }
.bar { position: sticky; top: 0; z-index: 5; height: var(--bar); background: var(--bg); border-bottom: 1px solid var(--line); display: flex; align-items: center; gap: var(--s5); padding: 0 var(--s5); overflow-x: auto; white-space: nowrap; }
.bar b { font-weight: 600; }
.bar nav { display: flex; gap: 2px; flex: 1; align-self: stretch; }
.bar nav a { color: var(--muted); padding: 0 10px; display: flex; align-items: center; } .bar nav a:focus-visible { outline-offset: -3px; }
.bar nav a:hover { color: var(--text); text-decoration: none; background: var(--surface); }
.bar nav a[aria-current] { color: var(--text); font-weight: 600; box-shadow: inset 0 -2px var(--accent); }
.page { max-width: 1280px; margin: 0 auto; padding: var(--s5) var(--s5) var(--s6); }
.head { display: flex; flex-wrap: wrap; gap: var(--s2) var(--s4); align-items: flex-start; justify-content: space-between; margin-bottom: var(--s4); }
.crumb { font-size: var(--t-data); color: var(--muted); margin-bottom: var(--s1); }
.meta { color: var(--muted); font-size: var(--t-data); margin: var(--s1) 0 0; max-width: none; }
section { margin-top: var(--s6); }
.sec { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: baseline; gap: var(--s1) var(--s4); border-bottom: 1px solid var(--line); padding-bottom: var(--s2); margin-bottom: var(--s3); }
.sec h2 { margin: 0; }
.two { display: grid; grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); gap: var(--s6); }
.side { display: grid; grid-template-columns: minmax(0, 1fr) 260px; gap: var(--s6); align-items: start; }
.two, .side { margin-top: var(--s6); } .two > section, .side > * > section:first-child { margin-top: 0; }
.diff + p, .text + p, .empty + p, table + p { margin-top: var(--s2); }

/* controls */
.row { display: flex; flex-wrap: wrap; gap: var(--s2); align-items: center; }
.btn, select, input[type=text], input[type=search], input[type=number] { font: inherit; font-size: var(--t-data); color: var(--text); background: var(--bg); border: 1px solid var(--control); border-radius: var(--radius); min-height: 32px; padding: 0 var(--s3); display: inline-flex; align-items: center; gap: 6px; }
.btn { cursor: pointer; white-space: nowrap; } .btn:hover { background: var(--surface); text-decoration: none; }
.btn.main { background: var(--accent); border-color: var(--accent); color: var(--on-accent); font-weight: 600; }
.btn.plain { border-color: transparent; color: var(--accent); padding: 0 var(--s2); }
.btn[disabled] { color: var(--muted); border-color: var(--line); background: var(--surface); cursor: not-allowed; }
textarea { font: var(--t-data)/1.5 var(--mono); width: 100%; color: var(--text); background: var(--bg); border: 1px solid var(--control); border-radius: var(--radius); padding: var(--s2) var(--s3); resize: vertical; }
label.field { display: grid; gap: var(--s1); font-size: var(--t-small); color: var(--muted); min-width: 0; }
label.field select, label.field input { width: 100%; min-width: 0; }
kbd { border: 1px solid var(--line); border-bottom-width: 2px; border-radius: 4px; padding: 0 5px; font-size: 0.75rem; background: var(--surface); color: var(--text); }
.chips { display: flex; flex-wrap: wrap; gap: 6px; border: 0; padding: 0; margin: 0; }
.chips label { display: inline-flex; gap: 6px; align-items: center; border: 1px solid var(--control); border-radius: 99px; padding: 0 var(--s3); min-height: 30px; font-size: var(--t-data); cursor: pointer; }
.chips input { position: absolute; opacity: 0; pointer-events: none; }
.chips label:has(:checked) { background: var(--accent-soft); border-color: var(--accent); color: var(--accent); font-weight: 600; }
.chips label:has(:focus-visible) { outline: 2px solid var(--accent); outline-offset: 2px; }
.tag { display: inline-block; border: 1px solid var(--line); border-radius: 4px; padding: 0 6px; font-size: var(--t-small); line-height: 18px; white-space: nowrap; background: var(--surface); }
.tag.env { border-color: var(--accent); color: var(--accent); background: none; }
.st { font-size: var(--t-data); font-weight: 600; white-space: nowrap; } .st::before { margin-right: 5px; font-weight: 700; }
.st.ok { color: var(--good); } .st.ok::before { content: "✓"; }
.st.no { color: var(--bad); } .st.no::before { content: "✕"; }
.st.same { color: var(--muted); } .st.same::before { content: "–"; }
.st.sw, .st.sr { color: var(--muted); font-weight: 400; } .st.sw::before { content: "✕"; } .st.sr::before { content: "✓"; }
.st.live { color: var(--accent); } .st.live::before { content: "●"; }
.st.wait { color: var(--warn); } .st.wait::before { content: "…"; }
.st.up { color: var(--good); } .st.up::before { content: "▲"; font-size: 0.8em; }
.st.down { color: var(--bad); } .st.down::before { content: "▼"; font-size: 0.8em; }

/* notes and states */
.note { border-left: 3px solid var(--line); background: var(--surface); padding: var(--s2) var(--s3); font-size: var(--t-data); margin: 0 0 var(--s4); max-width: none; }
.note.warn { border-color: var(--warn); background: var(--warn-soft); color: var(--text); }
.note.bad { border-color: var(--bad); background: var(--bad-soft); color: var(--text); }
.note.good { border-color: var(--good); background: var(--good-soft); color: var(--text); }
.note.info { border-color: var(--accent); background: var(--accent-soft); color: var(--text); }
.empty { border: 1px dashed var(--control); border-radius: var(--radius); padding: var(--s5); color: var(--muted); } .empty p:last-child { margin: 0; }
.empty strong { color: var(--text); display: block; }
.sk { display: block; height: 12px; border-radius: 3px; background: var(--line); margin: 6px 0; } .sk.w { width: 60%; }

/* figures and progress */
.figs { display: grid; grid-template-columns: repeat(4, minmax(0, 1fr)); border: 1px solid var(--line); border-radius: var(--radius); margin: 0 0 var(--s4); }
.figs > div { padding: var(--s3) var(--s4); border-left: 1px solid var(--line); min-width: 0; } .figs > div:first-child { border-left: 0; }
.figs dt { font-size: var(--t-small); color: var(--muted); } .figs dd { margin: 0; font-size: var(--t-small); color: var(--muted); }
.figs dd.v { font-size: var(--t-figure); line-height: 1.3; color: var(--text); font-weight: 600; letter-spacing: -0.02em; }
progress { appearance: none; display: block; width: 100%; height: 6px; border: 0; border-radius: 3px; background: var(--line); overflow: hidden; margin: var(--s1) 0; }
progress::-webkit-progress-bar { background: var(--line); } progress::-webkit-progress-value { background: var(--accent); } progress::-moz-progress-bar { background: var(--accent); }
.steps { display: flex; flex-wrap: wrap; list-style: none; padding: 0; margin: 0 0 var(--s4); font-size: var(--t-data); color: var(--muted); gap: var(--s1) 0; }
.steps li { display: flex; align-items: center; white-space: nowrap; } .steps li + li::before { content: "→"; margin: 0 var(--s3); color: var(--control); }
.steps [aria-current] { color: var(--text); font-weight: 600; }

/* tables */
table { border-collapse: collapse; width: 100%; font-size: var(--t-data); }
caption { text-align: left; color: var(--muted); font-size: var(--t-small); padding-bottom: var(--s2); }
th, td { text-align: left; vertical-align: top; padding: 6px var(--s3) 6px 0; border-bottom: 1px solid var(--line); overflow-wrap: break-word; }
th:first-child, td:first-child { padding-left: var(--s2); } th:last-child, td:last-child { padding-right: var(--s2); }
.num + td:not(.num), .num + th:not(.num) { padding-left: var(--s3); }
thead th { position: sticky; top: var(--bar); background: var(--bg); z-index: 2; font-size: var(--t-small); font-weight: 600; color: var(--muted); white-space: nowrap; box-shadow: inset 0 -1px var(--line); border-bottom: 0; vertical-align: bottom; overflow-wrap: normal; }
thead th a { color: inherit; } thead th[aria-sort] { color: var(--text); }
.num { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; overflow-wrap: normal; }
tbody tr:hover { background: var(--surface); } tbody tr:target, tr[aria-selected=true] { background: var(--accent-soft); box-shadow: inset 3px 0 var(--accent); }
tbody th { font-weight: 400; }
.tree { white-space: nowrap; } .tree .pre { color: var(--control); font-family: var(--mono); white-space: pre; }
.kv { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 3px var(--s4); font-size: var(--t-data); margin: 0; } .kv dt { color: var(--muted); } .kv dd { margin: 0; overflow-wrap: anywhere; }

.a::before { margin-right: 5px; font-weight: 700; } .a.y::before { content: "✓"; color: var(--good); } .a.n::before { content: "✕"; color: var(--bad); }
.filter:has(#f-worse:checked) tbody tr:not(.k-worse), .filter:has(#f-better:checked) tbody tr:not(.k-better), .filter:has(#f-wrong:checked) tbody tr:not(.k-wrong), .filter:has(#f-right:checked) tbody tr:not(.k-right), .filter:has(#f-failed:checked) tbody tr { display: none; }
.filter .empty { display: none; } .filter:has(#f-failed:checked) .empty { display: block; }
table.fix { table-layout: fixed; } table.fix td, .rows td { overflow-wrap: anywhere; }

/* prompt text and diff */
.text, .cmd, .answer { font: var(--t-data)/1.6 var(--mono); background: var(--surface); border: 1px solid var(--line); border-radius: var(--radius); padding: var(--s3) var(--s4); margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
.var { color: var(--accent); background: var(--accent-soft); border-radius: 3px; padding: 1px 3px; font-weight: 600; }
.diff { list-style: none; margin: 0; padding: 0; border: 1px solid var(--line); border-radius: var(--radius); font: var(--t-data)/1.6 var(--mono); overflow: hidden; }
.diff li { display: grid; grid-template-columns: 30px minmax(0, 1fr); padding: 1px var(--s3) 1px 0; overflow-wrap: anywhere; }
.diff li::before { content: " "; text-align: center; color: var(--muted); }
.diff .add { background: var(--good-soft); } .diff .add::before { content: "+"; color: var(--good); font-weight: 700; }
.diff .del { background: var(--bad-soft); } .diff .del::before { content: "−"; color: var(--bad); font-weight: 700; } .diff .del { text-decoration: line-through; text-decoration-color: var(--bad); text-decoration-thickness: 1px; }
.diff .cut { color: var(--muted); background: var(--surface); }

/* charts: svg without a viewBox, so text never scales; shapes sit in a stretched inner svg */
.chart { margin: 0; padding: var(--s4) 46px 40px 38px; position: relative; }
.chart svg { display: block; overflow: visible; } .chart text { font-size: 12px; fill: var(--muted); font-family: var(--sans); }
.chart .grid { stroke: var(--line); } .chart .axis { stroke: var(--control); } .chart .base { stroke: var(--muted); stroke-dasharray: 4 4; }
.chart .line { fill: none; stroke: var(--accent); stroke-width: 2; vector-effect: non-scaling-stroke; } .chart .band { fill: var(--accent); opacity: 0.14; }
.chart .pt { fill: var(--accent); stroke: var(--bg); stroke-width: 2; } .chart .pt0 { fill: var(--bg); stroke: var(--muted); stroke-width: 2; } .chart .off { stroke: var(--bad); stroke-width: 2; }
.chart .hold { fill: var(--surface); } .chart .key { fill: var(--text); font-weight: 600; } .chart .now { stroke: var(--accent); }
.legend { display: flex; flex-wrap: wrap; gap: var(--s1) var(--s4); font-size: var(--t-small); color: var(--muted); margin: 0; max-width: none; }
.hbar { fill: var(--accent); } .hbar.two-b { fill: var(--control); } .hbar.err { fill: var(--bad); }
details > summary { cursor: pointer; font-size: var(--t-data); color: var(--accent); padding: var(--s1) 0; width: fit-content; }
.log { list-style: none; margin: 0; padding: 0; font-size: var(--t-data); } .log li { display: grid; grid-template-columns: 66px minmax(0, 1fr); gap: var(--s2); padding: 5px 0; border-bottom: 1px solid var(--line); } .log time { color: var(--muted); }

/* narrow */
@media (max-width: 860px) { .figs { grid-template-columns: 1fr 1fr; } .figs > div:nth-child(odd) { border-left: 0; } .figs > div:nth-child(n+3) { border-top: 1px solid var(--line); } .two, .side { grid-template-columns: minmax(0, 1fr); gap: var(--s5); } }
@media (max-width: 640px) {
  .bar, .page { padding-left: var(--s4); padding-right: var(--s4); } .bar { gap: var(--s3); }
  :root { --t-figure: 1.375rem; } section { margin-top: 32px; }
  .btn, select, input[type=text], input[type=search] { min-height: 40px; } .chips label { min-height: 36px; }
  table.stack thead { position: absolute; clip-path: inset(50%); } table.stack, table.stack tbody { display: block; }
  table.stack { table-layout: auto; } table.stack tr { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 2px var(--s3); padding: var(--s2) 0; border-bottom: 1px solid var(--line); }
  table.stack th, table.stack td, table.stack .num + td:not(.num) { border: 0; padding: 0; text-align: left; white-space: normal; } table.stack .wide { grid-column: 1 / -1; }
  table.stack td[data-l]::before { content: attr(data-l) " "; color: var(--muted); font-size: var(--t-small); } table.stack td:empty { display: none; }
  table.stack tfoot { display: block; } table.stack tfoot tr { border: 0; } table.stack tr[aria-selected=true], table.stack tr:target { padding-left: 10px; padding-right: 10px; margin: 0 -10px; }
  .hide-s { display: none !important; }
}
@media print { .bar, .btn, .chips, .noprint { display: none !important; } .page { max-width: none; padding: 0; } tr, .diff, .chart { break-inside: avoid; } thead th { position: static; } }
@media (forced-colors: active) { .tag, .chips label:has(:checked), .diff .add, .diff .del { border: 1px solid; } }
/* screens */
.chart.gain { padding: 0 0 32px; max-width: 640px; } .toc { gap: var(--s4); } input[type=search] { width: 260px; max-width: 100%; }
.chart .front { fill: none; stroke: var(--control); stroke-dasharray: 4 3; vector-effect: non-scaling-stroke; }
.rows .c-n { width: 46px; } .rows .c-e { width: 11.5%; } .rows .c-b { width: 16%; } .rows .c-c { width: 108px; } .c-bar { width: 38%; }
.gap { margin-top: var(--s4); } .filter table, .filter .empty { margin-top: var(--s3); }
@media (max-width: 640px) { .rows td[data-l] { display: grid; grid-template-columns: 74px minmax(0, 1fr); grid-column: 1 / -1; } .rows tr > th { order: -2; } .rows tr > td:last-child { order: -1; text-align: right !important; } }

/* prompt */
.line { list-style: none; margin: 0; padding: 0; border-left: 2px solid var(--line); }
.line a { display: block; color: inherit; padding: var(--s2) var(--s3) var(--s2) var(--s4); position: relative; font-size: var(--t-data); } .line a:hover { background: var(--surface); text-decoration: none; }
.line a::before { content: ""; position: absolute; left: -6px; top: 14px; width: 10px; height: 10px; border-radius: 50%; background: var(--bg); border: 2px solid var(--control); }
.line a[aria-current] { background: var(--accent-soft); } .line a[aria-current]::before { background: var(--accent); border-color: var(--accent); }
.line b { font-weight: 600; } .line .fig { float: right; font-weight: 600; } .line small { display: block; color: var(--muted); font-size: var(--t-small); }
.tabs { display: flex; flex-wrap: wrap; gap: 2px; border-bottom: 1px solid var(--line); margin-bottom: var(--s4); font-size: var(--t-data); }
.tabs a { color: var(--muted); padding: 6px var(--s3); white-space: nowrap; } .tabs a:focus-visible { outline-offset: -2px; } .tabs a[aria-current] { color: var(--text); font-weight: 600; box-shadow: inset 0 -2px var(--accent); }
.panel { border: 1px solid var(--line); border-radius: var(--radius); padding: var(--s4); } .panel > :last-child { margin-bottom: 0; } .panel h3 { font-size: var(--t-body); }
.pair { align-items: start; display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 320px), 1fr)); gap: var(--s4); }
.stackf { display: grid; gap: var(--s3); } .stackf > p, .stackf > h3 { margin: 0; } .chart .ci { stroke: var(--accent); stroke-width: 2; }
/* playground */
.cols { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); border: 1px solid var(--line); border-radius: var(--radius); }
.cols > article { padding: var(--s4); border-left: 1px solid var(--line); min-width: 0; display: flex; flex-direction: column; gap: var(--s3); } .cols > article:first-child { border-left: 0; }
.cols .answer { min-height: 92px; } .cols h2 { margin: 0; } .spread { justify-content: space-between; } .cols p, .cols dl { margin: 0; } .cols .bottom { margin-top: auto; } .cols > article > .btn { align-self: start; }
.quad { display: grid; grid-template-columns: repeat(4, auto); gap: 0 var(--s3); font-size: var(--t-data); } .quad dt { color: var(--muted); font-size: var(--t-small); grid-row: 1; } .quad dd { margin: 0; grid-row: 2; font-weight: 600; white-space: nowrap; }
.caret { border-right: 2px solid var(--accent); padding-right: 1px; }
.inputs { display: grid; grid-template-columns: 260px minmax(0, 1fr) 200px; gap: var(--s4); align-items: start; }
/* traces */
.filters { display: grid; grid-template-columns: repeat(auto-fill, minmax(140px, 1fr)); gap: var(--s2) var(--s3); align-items: end; margin-bottom: var(--s3); }
.split { display: grid; grid-template-columns: minmax(0, 5fr) minmax(0, 6fr); gap: var(--s5); align-items: start; } .split section { margin-top: 0; } .split section + section { margin-top: var(--s5); }
.wf { table-layout: fixed; } .wf .c-s { width: 43%; } .wf .c-t { width: 70px; } .wf svg { display: block; overflow: visible; } .wf td { padding-top: 8px; }
.msg { border-left: 3px solid var(--line); padding: 0 0 0 var(--s3); margin-bottom: var(--s3); } .msg.ai { border-color: var(--accent); } .msg h3 { margin: 0 0 2px; font-size: var(--t-small); color: var(--muted); } .msg p { margin: 0; white-space: pre-wrap; }
@media (max-width: 960px) { .cols, .inputs, .split { grid-template-columns: minmax(0, 1fr); } .cols > article { border-left: 0; border-top: 1px solid var(--line); } .cols > article:first-child { border-top: 0; } .cols .answer { min-height: 0; } }
.keys { gap: var(--s2) var(--s5); max-width: none; } dd.env { margin: 2px 0 0; } dd.env, .env + dd { max-width: none; } tfoot th, tfoot td { border-bottom: 0; border-top: 1px solid var(--control); }
input[type=checkbox] { accent-color: var(--accent); width: 16px; height: 16px; margin: 2px 0 0; } .btn.main kbd { background: none; border-color: currentColor; color: inherit; }
@media (max-width: 640px) { .tl tr { grid-template-columns: 22px minmax(0, 1fr) !important; } .tl tr > * { grid-column: 2 !important; } .tl tr > td:first-child { grid-column: 1 !important; grid-row: 1; } .tl tr > td:nth-child(2) { grid-row: 1; } .filters { grid-template-columns: 1fr 1fr; } }
`;
