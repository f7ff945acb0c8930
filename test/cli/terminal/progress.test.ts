import stringWidth from "fast-string-width";
import { describe, expect, test } from "vitest";
import type { CliContext } from "../../../src/cli/context.ts";
import { startProgress } from "../../../src/cli/terminal/progress.ts";
import { renderProgressLine } from "../../../src/cli/terminal/progress-line.ts";
import type { RunEvent } from "../../../src/contracts/events.ts";
import { applyEvent, freshProgress } from "../../../src/run/progress/progress-state.ts";
import { outlookOf } from "../../../src/run/progress/time-left.ts";

type Events = readonly (
  | RunEvent["event"]
  | number
  | { readonly of: string; readonly event: RunEvent["event"] }
)[];

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

const call = (calls: number, usd: number | null = 0): RunEvent["event"] => ({
  type: "call-finished",
  role: "target",
  origin: "provider",
  spend: spend(calls, usd),
});

/** The log of events; numbers are milliseconds that pass. */
async function progressText(
  events: Events,
  options: {
    isVerbose?: boolean;
    shows?: "all" | "warnings" | "nothing";
    seconds?: number;
    calls?: number;
    capUsd?: number;
  } = {},
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
    clock: { now: () => new Date(2026, 0, 2, 12, 58, nowMs / 1000), monotonicMs: () => nowMs },
  } as unknown as CliContext;
  const progress = await startProgress(context, {
    look: { hasColor: false, hasSpinner: false, columns: Number.POSITIVE_INFINITY },
    shows: options.shows ?? "all",
    isVerbose: options.isVerbose ?? false,
    plannedWork: () => ({ calls: options.calls ?? 100, seconds: options.seconds }),
    capUsd: () => options.capUsd,
  });
  for (const one of events) {
    if (typeof one === "number") nowMs += one;
    else if ("of" in one && "event" in one)
      progress.listen({ at: "", run: "r_1", optimization: one.of, event: one.event });
    else progress.listen({ at: "", run: "r_1", optimization: "x", event: one as RunEvent["event"] });
  }
  progress.stop();
  return text;
}

const begin: Events = [
  { type: "run-started", optimizations: ["x", "y"] },
  { type: "optimization-started", optimizer: "gepa" },
  { type: "phase-started", phase: "base", rows: 12 },
];
const search: Events = [
  ...begin,
  call(12, 0.001),
  { type: "base-measured", validation: 0.3, rows: 12 },
  { type: "phase-started", phase: "search" },
  { type: "step-started", step: 2, of: 3 },
];

describe("progress as a log", () => {
  test("an evaluation adds its calls to those before it, and has a time left", async () => {
    const evaluation: RunEvent["event"] = { type: "phase-started", phase: "evaluation", rows: 50 };
    const text = await progressText(
      [
        { type: "run-started", optimizations: ["x"] },
        evaluation,
        10_000,
        call(50),
        // The next prompt on the same rows; its calls start from 0 again.
        evaluation,
        10_000,
        call(25),
      ],
      { calls: 50 },
    );
    expect(text).toContain("evaluation, 1 of 50 rows; 75 of ~100 calls; $0.00; about 10 s left");
  });

  test("has the base, each step with its rejections by cause, the proof, and the whole run's calls", async () => {
    const text = await progressText([
      ...search,
      { type: "candidate-accepted", step: 2, candidate: "c1", validation: 0.8 },
      { type: "candidate-rejected", step: 2, parents: [], reason: "the same text as its parent" },
      { type: "candidate-rejected", step: 2, parents: [], reason: "the same text as its parent" },
      {
        type: "candidate-rejected",
        step: 2,
        parents: [],
        reason: "validation against c1: better on 2 of 9 rows",
      },
      { type: "reflection-failed", step: 2, reason: "the reply holds no fenced block" },
      { type: "step-finished", step: 2, best: "c1", validation: 0.8 },
      { type: "step-started", step: 3, of: 3 },
      { type: "step-finished", step: 3, best: "c1", validation: 0.8 },
      { type: "phase-started", phase: "gate", rows: 30 },
      { type: "warning", message: "careful" },
      { type: "run-finished", status: "completed" },
    ]);
    expect(text).toBe(`12:58:00 x (1 of 2): base 0.300 on 12 validation rows; 12 of ~200 calls
12:58:00 x (1 of 2): step 2 of 3; best 0.800 (base 0.300); 1 accepted of 5, 2 same text as the parent, 1 no better, 1 reply without a usable block
12:58:00 x (1 of 2): step 3 of 3; best 0.800 (base 0.300); no rewrite
12:58:00 x (1 of 2): proof on 30 held-out rows
warning: x: careful
`);
  });

  test("without progress, still has what the user must know of", async () => {
    const events: Events = [
      ...search,
      { type: "warning", message: "shared answers are not available" },
      30_000,
      call(40),
      { type: "queue-note", message: "waiting for a worker" },
      { type: "step-finished", step: 2, best: "c1", validation: 0.8 },
    ];
    expect(
      await progressText(events, { shows: "warnings" }),
    ).toBe(`warning: x: shared answers are not available
12:58:30 x (1 of 2): waiting for a worker
`);
    expect(await progressText(events, { shows: "nothing" })).toBe("");
  });

  test("has a line every 10 s or 10 % of the calls, but not more than one a second", async () => {
    const text = await progressText(
      [...search, 9000, call(13, 0.5), 1500, call(14, 0.5), 500, call(60, 0.5), 800, call(61, 1.25)],
      { seconds: 100, capUsd: 2 },
    );
    expect(text.split("\n").slice(1)).toEqual([
      "12:58:10 x (1 of 2): search, step 2 of 3; base 0.300; 14 of ~200 calls; $0.50 of $2.00; about 3 min left",
      "12:58:11 x (1 of 2): search, step 2 of 3; base 0.300; 61 of ~200 calls; $1.25 of $2.00; about 2 min left",
      "",
    ]);
  });

  test("has waits and retries in words; retries of many calls at once are one line", async () => {
    const retrying = (attempt: number): RunEvent["event"] => ({
      type: "retrying",
      ...{ model: "m", seconds: 0.42, reason: "overloaded", status: 503, attempt, of: 5 },
    });
    const text = await progressText([
      ...search,
      { type: "waiting", model: "m", seconds: 20.2, reason: "slow down", status: 429 },
      { type: "waiting", model: "m", seconds: 30, reason: "slow down" },
      ...[retrying(1), retrying(1), retrying(2), 6000, retrying(2)],
    ]);
    expect(
      text
        .split("\n")
        .slice(1)
        .map((line) => line.slice(21)),
    ).toEqual([
      "m returned 429; waiting for its rate limit, 20 s",
      "to stay below the limit, add to the model in the config: limits: { requests_per_minute: …, tokens_per_minute: … }",
      "m: slow down; waiting for its rate limit, 30 s",
      "m returned 503; retry 1 of 5 in 0.4 s",
      "m returned 503; retry 2 of 5 in 0.4 s",
      "",
    ]);
  });

  test("counts calls if there is no price or the plan is exceeded, and shows the time so far", async () => {
    const text = await progressText([...search, 62_000, call(500, null)]);
    expect(text.split("\n").at(-2)).toBe(
      "12:59:02 x (1 of 2): search, step 2 of 3; base 0.300; 500 calls; 1 min so far",
    );
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
    const lines = await progressText([...begin.slice(0, 2), ...events], { isVerbose: true });
    expect(lines.replaceAll("12:58:00 x (1 of 2): ", "")).toBe(`accepted c1 (0.900)
rejected c2: no better
rejected a reply: lost {{text}}
row e1 failed: too long
merging
reflection failed: timeout
`);
    expect(await progressText([...begin.slice(0, 2), ...events])).toBe("");
  });

  test("-q prints nothing", async () => {
    expect(await progressText(search, { shows: "nothing" })).toBe("");
  });
});

describe("the line that lives", () => {
  const names = ["by_gepa", "by_few_shot", "by_metaprompt", "by_mipro"];
  const calls: Readonly<Record<string, number>> = {
    by_gepa: 1060,
    by_few_shot: 430,
    by_metaprompt: 370,
    by_mipro: 910,
  };

  function lineAfter(events: Events, columns: number, capUsd?: number, seconds = 30): string {
    const state = freshProgress(0);
    let nowMs = 0;
    for (const one of events) {
      if (typeof one === "number") nowMs += one;
      else applyEvent(state, { optimization: "by_gepa", event: one as RunEvent["event"] }, nowMs);
    }
    const plannedWork = (name: string) => ({ calls: calls[name] ?? 0, seconds });
    return renderProgressLine(state, outlookOf(state, plannedWork, nowMs), { columns, nowMs, capUsd });
  }

  const run: Events = [
    { type: "run-started", optimizations: names },
    { type: "optimization-started", optimizer: "gepa" },
    { type: "phase-started", phase: "base", rows: 90 },
  ];
  const measured: Events = [
    ...run,
    { type: "base-measured", validation: 0.3, rows: 90 },
    { type: "phase-started", phase: "search" },
    { type: "step-started", step: 4, of: 4 },
    { type: "step-finished", step: 3, best: "c", validation: 0.822 },
    call(640, 0.06),
  ];

  test("has phase, rows, calls and time of the whole run, and the cap", () => {
    const events = [...run, ...Array.from({ length: 41 }, (_, at) => call(at + 1, 0.001))];
    expect(lineAfter(events, 80, 1)).toBe(
      "by_gepa 1/4: base, 41 of 90 rows, 41/~2,770 calls, $0.00 of $1.00, 1:58 left",
    );
  });

  test("has step, best and base beside it; parts leave in order as the terminal gets narrower", () => {
    const line = (columns: number) => lineAfter(measured, columns, 1);
    expect(line(86)).toBe(
      "by_gepa 1/4: step 4/4, 0.822 (base 0.300), 640/~2,770 calls, $0.06 of $1.00, 1:35 left",
    );
    expect([79, 77, 70, 60, 50, 40, 20].map(line)).toEqual([
      "by_gepa 1/4: step 4/4, 0.822 (base 0.300), 640/~2,770 calls, $.06/$1, 1:35 left",
      "by_gepa 1/4: step 4/4, 0.822 (base 0.300), 640/~2,770 calls, $0.06, 1:35 left",
      "by_gepa 1/4: step 4/4, 0.822, 640/~2,770 calls, $0.06, 1:35 left",
      "by_gepa 1/4: step 4/4, 0.822, 640 calls, $0.06, 1:35 left",
      "by_gepa 1/4: step 4/4, 0.822, 640 calls, 1:35 left",
      "by_gepa 1/4: step 4/4, 0.822, 1:35 left",
      "by_gepa 1/4: step 4…",
    ]);
  });

  test("has the present wait with what is left of it", () => {
    const wait: RunEvent["event"] = {
      type: "retrying",
      ...{ model: "offline/large", seconds: 12, reason: "", status: 429, attempt: 2, of: 5 },
    };
    expect(lineAfter([...measured, wait], 76)).toBe(
      "by_gepa 1/4: waits 12 s for offline/large (429, retry 2 of 5), 640 calls",
    );
    expect(lineAfter([...measured, wait, 9000], 90)).toContain("waits 3 s for offline/large");
    expect(lineAfter([...measured, wait, 13_000], 90)).not.toContain("waits");
  });

  test("is never wider than its columns", () => {
    for (let columns = 1; columns <= 300; columns++)
      expect(stringWidth(lineAfter(measured, columns, 1))).toBeLessThanOrEqual(columns);
  });
});

test("the time left is the planned one at first, and what was observed towards the end", () => {
  const left = (done: number) => {
    const state = freshProgress(0);
    applyEvent(state, { optimization: "x", event: { type: "optimization-started", optimizer: "gepa" } }, 0);
    applyEvent(state, { optimization: "x", event: call(done) }, 10_000);
    return outlookOf(state, () => ({ calls: 40, seconds: 100 }), 10_000).secondsLeft;
  };
  expect(left(0)).toBe(100);
  // Half way: half of the planned 50 s, and half of the observed 10 s.
  expect(left(20)).toBe(30);
  expect(left(40)).toBe(0);
});
