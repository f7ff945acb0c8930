import type { TraceStore } from "../../../contracts/trace-store.ts";
import type { Trace } from "../../../core/trace.ts";
import { type Html, html } from "../../../report/html.ts";
import { percent } from "../../../report/sections/gain-chart.ts";
import { latency } from "../shell/page-figures.ts";
import { nameOf } from "./trace-table.ts";

/** A trace in its chain, as deep as its parents are. */
interface ChainLine {
  readonly trace: Trace;
  readonly depth: number;
  readonly startMs: number;
  readonly endMs: number;
}

const mostCalls = 500;
/** Calls of one job are near each other; without a bound, every trace would be read. */
const aroundMs = 6 * 3_600_000;
const longestMs = 800;
const deepest = 8;

/** The other calls of a trace's chain with the trace itself, in order; empty if it is alone. */
export async function chainOf(traces: TraceStore, trace: Trace): Promise<readonly Trace[]> {
  const { chainId, startedAt } = trace;
  const startMs = Date.parse(startedAt);
  if (chainId === undefined || Number.isNaN(startMs)) return [];
  const endMs = performance.now() + longestMs;
  const found: Trace[] = [];
  const around = (ms: number) => new Date(startMs + ms).toISOString();
  const list = traces.list(
    { chainId, since: around(-aroundMs), until: around(aroundMs) },
    { onSearched: () => performance.now() < endMs },
  );
  for await (const one of list) if (found.push(one) === mostCalls) break;
  if (!found.some(({ traceId }) => traceId === trace.traceId)) found.push(trace);
  return found.length < 2 ? [] : found;
}

/** The calls of a chain as a tree with their times. */
export function waterfall(
  chain: readonly Trace[],
  current: string,
  addressOf: (traceId: string) => string,
): Html {
  const lines = linesOf(chain);
  const startMs = Math.min(...lines.map((line) => line.startMs));
  const endMs = Math.max(...lines.map((line) => line.endMs), startMs + 1);
  const share = (ms: number) => (ms - startMs) / (endMs - startMs);
  const line = ({ trace, depth, startMs: from, endMs: to }: ChainLine): Html => {
    const { traceId, error, model, prompt } = trace;
    const kind = error !== undefined ? "hbar err" : model === undefined ? "hbar two-b" : "hbar";
    const width = Math.max(0.004, share(to) - share(from));
    const name = nameOf(trace);
    return html`<tr${traceId === current ? html` aria-selected="true"` : null}><th scope="row" class="tree">${depth === 0 ? null : html`<span class="pre" aria-hidden="true">${"  ".repeat(depth - 1)}└ </span>`}<a href="${addressOf(traceId)}"${traceId === current ? html` aria-current="true"` : null}>${name}</a>${prompt?.version === undefined ? null : html` ${prompt.version}`}${error === undefined ? null : html` <span class="st no">Error</span>`}</th><td><svg width="100%" height="10" role="img" aria-label="${name}: from ${latency(from - startMs)} to ${latency(to - startMs)}"><rect class="${kind}" x="${percent(share(from))}" width="${percent(width)}" y="0" height="10" rx="2"/></svg></td><td class="num">${latency(to - from)}</td></tr>
`;
  };
  return html`<table class="wf" aria-label="Calls of the chain">
<thead><tr><th scope="col" class="c-s">Step</th><th scope="col"><span class="row spread"><span>0 s</span><span>${latency(endMs - startMs)}</span></span></th><th scope="col" class="num c-t">Time</th></tr></thead>
<tbody>
${lines.map(line)}</tbody>
</table>
<p class="legend"><span>■ model call</span><span>▪ tool or group (grey)</span><span>! error (red)</span></p>`;
}

/** Parents before their children, each in order of time. */
function linesOf(chain: readonly Trace[]): readonly ChainLine[] {
  const byId = new Map(chain.map((one) => [one.traceId, one]));
  const children = new Map<string | undefined, Trace[]>();
  for (const one of chain) {
    const hasParent = one.parentId !== undefined && one.parentId !== one.traceId && byId.has(one.parentId);
    const parent = hasParent ? one.parentId : undefined;
    children.set(parent, [...(children.get(parent) ?? []), one]);
  }
  const lines: ChainLine[] = [];
  const seen = new Set<string>();
  const stack = (children.get(undefined) ?? []).map((trace) => ({ trace, depth: 0 })).reverse();
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const { trace, depth } = top;
    if (seen.has(trace.traceId)) continue;
    seen.add(trace.traceId);
    lines.push(lineOf(trace, Math.min(depth, deepest)));
    const below = children.get(trace.traceId) ?? [];
    stack.push(...below.map((one) => ({ trace: one, depth: depth + 1 })).reverse());
  }
  // Parents that refer to each other in a circle.
  for (const trace of chain) if (!seen.has(trace.traceId)) lines.push(lineOf(trace, 0));
  return lines;
}

function lineOf(trace: Trace, depth: number): ChainLine {
  const startMs = Date.parse(trace.startedAt) || 0;
  const ended = trace.endedAt === undefined ? Number.NaN : Date.parse(trace.endedAt);
  const endMs = Number.isNaN(ended) ? startMs + (trace.latencyMs ?? 0) : ended;
  return { trace, depth, startMs, endMs: Math.max(startMs, endMs) };
}
