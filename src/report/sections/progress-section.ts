import type { CandidateRecord, OptimizationRecord } from "../../contracts/run-record.ts";
import { count, score } from "../figures.ts";
import { type Html, html } from "../html.ts";
import { percent } from "./gain-chart.ts";
import { type SectionContext, section } from "./section.ts";

/** A candidate at a place of the x axis: calls, or steps in records that have no calls. */
interface Point {
  readonly at: number;
  readonly candidate: CandidateRecord;
  readonly measured: number;
}

interface Level {
  readonly at: number;
  readonly mean: number;
  readonly interval: readonly [number, number] | undefined;
}

/** The best validation score over calls, with its interval; the base; what was rejected. Null if unmeasured. */
export function progressSection(context: SectionContext): Html | null {
  const { candidates, phaseCalls } = context.record;
  const seed = candidates.find(({ status }) => status === "seed");
  const figure = bestScoreFigure(context.record, "proof");
  if (seed === undefined || figure === null) return null;
  const unit = phaseCalls === undefined ? "steps" : "calls";
  return section(
    context,
    { id: "score", title: `Best score over ${unit}`, note: `${count(seed.validationRows)} validation rows` },
    html`${figure}
${phaseCalls !== undefined ? null : html`<p class="small muted">The record is of an older version, which kept steps and no calls.</p>`}`,
  );
}

/** The chart with its legend. `rest` names the calls after those of the search: the proof, or what is still to do. */
export function bestScoreFigure(
  { candidates, phaseCalls }: Pick<OptimizationRecord, "candidates" | "phaseCalls">,
  rest: "proof" | "to do",
): Html | null {
  const seed = candidates.find(({ status }) => status === "seed");
  if (seed === undefined || seed.validation === null) return null;
  const hasCalls = phaseCalls !== undefined;
  const start = hasCalls ? phaseCalls.base : 0;
  const points = pointsOf(candidates, start, hasCalls);
  const levels = bestLevels(points, seed.validationRows);
  const searchEnd = hasCalls ? phaseCalls.search : Math.max(1, ...points.map(({ at }) => at));
  const end = hasCalls ? phaseCalls.total : searchEnd;
  const unit = hasCalls ? "calls" : "steps";
  return html`${chart({ points, levels, start, searchEnd, end, unit, base: seed.validation, rest })}
<p class="legend"><span>━ best so far${levels.some(({ interval }) => interval !== undefined) ? ", with its interval" : ""}</span><span>┄ base</span><span>● measured on all rows</span><span>✕ rejected before</span></p>`;
}

function pointsOf(
  candidates: readonly CandidateRecord[],
  start: number,
  hasCalls: boolean,
): readonly Point[] {
  const byId = new Map(candidates.map((one) => [one.id, one]));
  return candidates
    .flatMap((candidate): Point[] => {
      const { status, calls, step, parents, validation } = candidate;
      const at = status === "seed" ? start : hasCalls ? calls : step;
      if (at === undefined || (candidate.id === null && validation === null)) return [];
      if (status === "proposed" && validation === null) return [];
      // A rejection without a measurement stands at the score of its parent.
      const measured = validation ?? byId.get(parents[0] ?? null)?.validation ?? null;
      return measured === null ? [] : [{ at, candidate, measured }];
    })
    .sort((one, other) => one.at - other.at);
}

/** The steps of the best line: candidates measured on every row that beat all before them. */
function bestLevels(points: readonly Point[], rows: number): readonly Level[] {
  const levels: Level[] = [];
  for (const { at, candidate, measured } of points) {
    if (candidate.validation === null || candidate.validationRows < rows) continue;
    if (measured <= (levels.at(-1)?.mean ?? -1)) continue;
    levels.push({ at, mean: measured, interval: candidate.validationInterval });
  }
  return levels;
}

interface ChartParts {
  readonly points: readonly Point[];
  readonly levels: readonly Level[];
  readonly start: number;
  readonly searchEnd: number;
  readonly end: number;
  readonly unit: string;
  readonly base: number;
  readonly rest: "proof" | "to do";
}

function chart({ points, levels, start, searchEnd, end, unit, base, rest }: ChartParts): Html {
  const x = (value: number) => percent(end === 0 ? 0 : value / end);
  const y = (value: number) => percent(1 - value);
  const best = levels.at(-1);
  const rows = points[0]?.candidate.validationRows ?? 0;
  const isFull = ({ candidate }: Point) => candidate.validation !== null && candidate.validationRows >= rows;
  const isApart = best !== undefined && Math.abs(best.mean - base) >= 0.1;
  const firstBest = levels.length > 1 ? (best?.at ?? 0) : undefined;
  const ticks = [...new Set([firstBest ?? start, searchEnd, end])].filter(
    (tick, at, all) =>
      tick > end * 0.08 && all.every((other, place) => place <= at || Math.abs(other - tick) > end * 0.12),
  );
  return html`<figure class="chart">
<svg width="100%" height="190" role="img" aria-label="${sentence({ levels, unit, searchEnd, end, rest })}">
<svg width="100%" height="100%" viewBox="0 0 ${Math.max(1, end)} 100" preserveAspectRatio="none">
${end > searchEnd ? html`<rect class="hold" x="${searchEnd}" y="0" width="${end - searchEnd}" height="100"/>` : null}
${band(levels, searchEnd)}
<path class="line" d="${stepPath(levels, searchEnd)}"/>
</svg>
<g class="grid"><line x2="100%" y1="0" y2="0"/><line x2="100%" y1="50%" y2="50%"/></g>
<line class="axis" x2="100%" y1="100%" y2="100%"/><line class="base" x1="${x(start)}" x2="100%" y1="${y(base)}" y2="${y(base)}"/>
<g text-anchor="end"><text x="-8" y="4">1.0</text><text x="-8" y="50%" dy="4">0.5</text><text x="-8" y="100%" dy="4">0</text></g>
<g text-anchor="middle"><text x="0" y="100%" dy="18">0</text>${ticks.map((tick) => html`<text x="${x(tick)}" y="100%" dy="18">${count(tick)}</text>`)}<text x="50%" y="100%" dy="34">${unit}</text>${end - searchEnd > end * 0.12 ? html`<text x="${x((searchEnd + end) / 2)}" y="94%">${rest}</text>` : null}</g>
${points.map((point) => (isFull(point) ? dot(point, x, y, best) : cross(point, x, y)))}
${best === undefined ? null : html`<text class="key" x="${x(searchEnd)}" y="${y(best.mean)}" dx="12" dy="${isApart ? 4 : -6}">${score(best.mean)}</text>`}
<text x="100%" y="${y(base)}" dy="${best !== undefined && best.mean < base ? -6 : isApart ? -6 : 16}" text-anchor="end">base ${score(base)}</text>
</svg>
</figure>`;
}

type Position = (value: number) => string;

function dot({ at, candidate, measured }: Point, x: Position, y: Position, best: Level | undefined): Html {
  const isBest = candidate.status !== "seed" && measured === best?.mean;
  return html`<circle class="${isBest ? "pt" : "pt0"}" cx="${x(at)}" cy="${y(measured)}" r="${isBest ? 6 : 5}"><title>${candidate.id ?? "reply"}: ${score(measured)}</title></circle>`;
}

function cross({ at, candidate, measured }: Point, x: Position, y: Position): Html {
  return html`<g class="off"><svg x="${x(at)}" y="${y(measured)}" overflow="visible"><path d="M-4 -4 L4 4 M4 -4 L-4 4"/><title>${candidate.id ?? "reply"}: ${candidate.reason ?? candidate.status}</title></svg></g>`;
}

function stepPath(levels: readonly Level[], end: number): string {
  const [first, ...others] = levels;
  if (first === undefined) return "M0 0";
  return `M${first.at} ${high(first.mean)} ${others.map(({ at, mean }) => `H${at} V${high(mean)}`).join(" ")} H${end}`;
}

/** The interval of the best line; only where every level has one. */
function band(levels: readonly Level[], end: number): Html | null {
  const parts = levels.flatMap(({ at, interval }, place) => {
    const until = levels[place + 1]?.at ?? end;
    return interval === undefined || until <= at ? [] : [{ at, until, low: interval[0], top: interval[1] }];
  });
  if (parts.length === 0) return null;
  return html`${parts.map(({ at, until, low, top }) => html`<rect class="band" x="${at}" width="${until - at}" y="${high(top)}" height="${high(low) - high(top)}"/>`)}`;
}

function high(value: number): number {
  return Math.round((1 - value) * 1000) / 10;
}

function sentence({
  levels,
  unit,
  searchEnd,
  end,
  rest,
}: Pick<ChartParts, "levels" | "unit" | "searchEnd" | "end" | "rest">): string {
  const steps = levels.map(({ at, mean }) => `${score(mean)} at ${count(at)} ${unit}`).join(", ");
  if (rest === "to do")
    return `Best validation score: ${steps}, unchanged up to ${count(searchEnd)} of about ${count(end)} ${unit}.`;
  const proof = end > searchEnd ? ` The proof takes until ${count(end)}.` : "";
  return `Best validation score: ${steps}; the search ends at ${count(searchEnd)} ${unit}.${proof}`;
}
