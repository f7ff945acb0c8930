import { describe, expect, test } from "vitest";
import type { CliContext } from "../../../src/cli/context.ts";
import { startProgress } from "../../../src/cli/terminal/progress.ts";
import type { RunEvent } from "../../../src/contracts/events.ts";

const spend = (calls: number, usd: number | null) => ({
  calls,
  cachedCalls: 0,
  lostCalls: 0,
  retries: 0,
  isEstimated: false,
  inputTokens: 0,
  outputTokens: 0,
  usd,
});

async function progressText(
  events: readonly (RunEvent["event"] | number)[],
  options: { isVerbose?: boolean; isQuiet?: boolean; columns?: number; seconds?: number } = {},
) {
  let text = "";
  let nowMs = 0;
  const context = {
    stderr: {
      write: (more: string) => {
        text += more;
      },
      isTerminal: false,
      columns: undefined,
    },
    clock: { now: () => new Date(), monotonicMs: () => nowMs },
  } as unknown as CliContext;
  const progress = await startProgress(context, {
    look: { hasColor: false, hasSpinner: false, columns: options.columns ?? Number.POSITIVE_INFINITY },
    isQuiet: options.isQuiet ?? false,
    isVerbose: options.isVerbose ?? false,
    plannedWork: () => ({ calls: 40, seconds: options.seconds }),
  });
  for (const event of events) {
    if (typeof event === "number") nowMs += event;
    else progress.listen({ at: "", run: "r_1", optimization: "x", event });
  }
  progress.stop();
  return text;
}

const search: readonly (RunEvent["event"] | number)[] = [
  { type: "optimization-started", optimizer: "gepa" },
  { type: "phase-started", phase: "base", rows: 12 },
  { type: "phase-started", phase: "search" },
  { type: "step-started", step: 2, of: 3 },
  { type: "step-finished", step: 1, best: "c1", validation: 0.8 },
];

describe("progress in plain lines", () => {
  test("prints phases and steps immediately, and the state every few seconds", async () => {
    const text = await progressText([
      ...search,
      { type: "call-finished", role: "target", origin: "provider", spend: spend(10, 0.5) },
      6000,
      { type: "call-finished", role: "target", origin: "provider", spend: spend(20, 1.25) },
      { type: "warning", message: "careful" },
      { type: "run-finished", status: "completed" },
    ]);
    expect(text).toBe(`x  base: 12 rows
x  search
x  step 1: best 0.800 on validation rows
x  search  step 2/3  best 0.800  20/~40 calls  $1.25  ETA 6.0 s
warning: x: careful
`);
  });

  test("the ETA is the planned time at first, and what was observed towards the end", async () => {
    const etaAfter = async (calls: number) => {
      const text = await progressText(
        [
          ...search.slice(0, 1),
          10_000,
          { type: "call-finished", role: "target", origin: "provider", spend: spend(calls, null) },
        ],
        { seconds: 100 },
      );
      return /ETA (.*) s$/m.exec(text)?.[1];
    };
    expect(await etaAfter(0)).toBe("1 m 40");
    // Half way: half of the planned 50 s, and half of the observed 10 s.
    expect(await etaAfter(20)).toBe("30.0");
    expect(await etaAfter(40)).toBe("0.0");
  });

  test("counts calls if there is no price or the plan is exceeded", async () => {
    const text = await progressText([
      ...search.slice(0, 1),
      6000,
      { type: "call-finished", role: "target", origin: "cache", spend: spend(50, null) },
    ]);
    expect(text).toBe("x  start  50 calls  6.0 s\n");
  });

  test("-v prints every candidate and every failed row", async () => {
    const events: readonly RunEvent["event"][] = [
      { type: "candidate-accepted", step: 1, candidate: "c1", validation: 0.9 },
      { type: "candidate-rejected", step: 1, candidate: "c2", parents: [], reason: "no better" },
      { type: "candidate-rejected", step: 1, parents: [], reason: "lost {{text}}" },
      { type: "row-failed", example: "e1", code: "x", message: "too long" },
      { type: "engine-note", message: "merging" },
      { type: "reflection-failed", step: 1, reason: "timeout" },
    ];
    expect(
      await progressText([...search.slice(0, 1), ...events], { isVerbose: true }),
    ).toBe(`x  accepted c1 (0.900)
x  rejected c2: no better
x  rejected a reply: lost {{text}}
x  row e1 failed: too long
x  merging
x  reflection failed: timeout
`);
    expect(await progressText([...search.slice(0, 1), ...events])).toBe("x  reflection failed: timeout\n");
  });

  test("-q prints nothing", async () => {
    expect(await progressText(search, { isQuiet: true })).toBe("");
  });
});
