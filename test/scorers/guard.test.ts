import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Judgement, Scorer } from "../../src/contracts/scorer.ts";
import { BudgetError, InterruptedError, ModelError, ScorerError } from "../../src/core/errors.ts";
import { guardScorer } from "../../src/scorers/guard.ts";
import { makeJudgement, rejection, scriptedJudge } from "./fixtures.ts";

const guarded = (score: (judgement: Judgement) => unknown, most = 0) =>
  guardScorer("mine", { judgeCalls: { usual: most, most }, score: score as Scorer["score"] });
const message = async (score: (judgement: Judgement) => unknown) =>
  (await rejection(guarded(score).score(makeJudgement()))).message;
const complete = (judgement: Judgement) =>
  judgement.judge?.complete({ messages: [{ role: "user", content: "?" }] }) ??
  Promise.reject(new Error("no judge"));

describe("guardScorer", () => {
  it("passes on a score, frozen, without extra keys", async () => {
    const score = await guarded(() => ({ value: 0.5, feedback: "half", parts: { a: 1 }, note: "x" })).score(
      makeJudgement(),
    );
    expect(score).toEqual({ value: 0.5, feedback: "half", parts: { a: 1 } });
    expect(Object.isFrozen(score) && Object.isFrozen(score.parts)).toBe(true);
  });

  it.each<[string, unknown, string]>([
    ["NaN", { value: Number.NaN }, "value: Invalid input: expected number, received NaN"],
    ["too much", { value: 1.1 }, "value: Too big: expected number to be <=1"],
    ["too little", { value: -0.1 }, "value: Too small: expected number to be >=0"],
    [
      "infinity",
      { value: Number.POSITIVE_INFINITY },
      "value: Invalid input: expected number, received Infinity",
    ],
    ["a bare number", 1, "Invalid input: expected object, received number"],
    ["nothing", undefined, "Invalid input: expected object, received undefined"],
    ["a text value", { value: "1" }, "value: Invalid input: expected number, received string"],
    ["a bad part", { value: 1, parts: { a: 2 } }, "parts.a: Too big: expected number to be <=1"],
    [
      "feedback that is not a string",
      { value: 1, feedback: 5 },
      "feedback: Invalid input: expected string, received number",
    ],
  ])("rejects %s", async (_name, result, problem) => {
    const error = await rejection(guarded(() => result).score(makeJudgement()));
    expect(error).toBeInstanceOf(ScorerError);
    expect(error.message).toBe(`rows.jsonl:7: scorer mine returned no score from 0 to 1: ${problem}`);
    expect(error.hint).toBe(
      'resolve to { value: 0…1, feedback: "…", parts: { … } }; feedback and parts are optional',
    );
  });

  it("names the scorer that threw, at once or later, whatever the error", async () => {
    const boom = new Error("boom");
    const thrown = await rejection(guarded(() => Promise.reject(boom)).score(makeJudgement()));
    expect(thrown.message).toBe("rows.jsonl:7: scorer mine threw: boom");
    expect(thrown.cause).toBe(boom);
    expect(
      await message(() => {
        throw "a text";
      }),
    ).toBe("rows.jsonl:7: scorer mine threw: a text");
    expect(await message(() => Promise.reject(null))).toBe("rows.jsonl:7: scorer mine threw: null");
  });

  it("shortens endless feedback", async () => {
    const { feedback } = await guarded(() => ({ value: 0, feedback: "x".repeat(1e6) })).score(
      makeJudgement(),
    );
    expect(feedback).toHaveLength(4000);
  });

  it("passes on DaoOptErrors", async () => {
    for (const error of [new ScorerError("row"), new BudgetError("spent", "usd")]) {
      expect(await rejection(guarded(() => Promise.reject(error)).score(makeJudgement()))).toBe(error);
    }
  });

  it("ends with the run", async () => {
    const controller = new AbortController();
    const pending = rejection(
      guarded(() => new Promise(() => {})).score(makeJudgement({ signal: controller.signal })),
    );
    const reason = new InterruptedError("Ctrl-C", "SIGINT");
    controller.abort(reason);
    expect(await pending).toBe(reason);
    const bare = new AbortController();
    const other = rejection(
      guarded(() => new Promise(() => {})).score(makeJudgement({ signal: bare.signal })),
    );
    bare.abort();
    expect((await other).message).toBe("rows.jsonl:7: scorer mine was stopped before it returned a score");
  });
});

describe("guardScorer, with a judge", () => {
  it("reports the judge's error when a scorer wraps it in its own", async () => {
    const failure = new ModelError("no answer", { kind: "server" });
    const wrap = (judgement: Judgement) =>
      complete(judgement).catch(() => {
        throw new Error("judge trouble");
      });
    const judge = scriptedJudge([failure]);
    expect(await rejection(guarded(wrap, 1).score(makeJudgement({ judge })))).toBe(failure);
  });

  it("never turns a spent budget into a score, but allows a scorer to continue without an answer", async () => {
    const forgiving = guarded(
      (judgement) =>
        complete(judgement).then(
          () => ({ value: 1 }),
          () => ({ value: 0.25 }),
        ),
      1,
    );
    const spent = new BudgetError("spent", "calls");
    expect(await rejection(forgiving.score(makeJudgement({ judge: scriptedJudge([spent]) })))).toBe(spent);
    const missing = new ModelError("no answer", { kind: "server" });
    expect(await forgiving.score(makeJudgement({ judge: scriptedJudge([missing]) }))).toEqual({
      value: 0.25,
    });
    const key = new ModelError("wrong key", { kind: "auth" });
    expect(await rejection(forgiving.score(makeJudgement({ judge: scriptedJudge([key]) })))).toBe(key);
  });

  it("allows no more calls than were declared", async () => {
    const judge = scriptedJudge(() => "x");
    const greedy = guarded(async (judgement) => {
      await complete(judgement);
      await complete(judgement).catch(() => {});
      return { value: 1 };
    }, 1);
    const error = await rejection(greedy.score(makeJudgement({ judge })));
    expect(error.message).toBe(
      "rows.jsonl:7: scorer mine called the judge more often than declared (at most 1)",
    );
    expect(judge.requests).toHaveLength(1);
  });
});

describe("guardScorer, with a clock", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("stops waiting for a scorer that hangs", async () => {
    const hanging = guardScorer(
      "mine",
      { judgeCalls: { usual: 0, most: 0 }, score: () => new Promise(() => {}) },
      { timeoutMs: 5000 },
    );
    const pending = rejection(hanging.score(makeJudgement()));
    await vi.advanceTimersByTimeAsync(5000);
    expect((await pending).message).toBe("rows.jsonl:7: scorer mine returned no score within 5 s");
  });

  it("does not count the time a judge takes", async () => {
    let answer: () => void = () => {};
    const slow = {
      ...scriptedJudge([]),
      complete: () =>
        new Promise<never>((_resolve, reject) => {
          answer = () => reject(new ModelError("late", { kind: "timeout" }));
        }),
    };
    const patient = guarded((judgement) => complete(judgement).catch(() => ({ value: 0.5 })), 1);
    const pending = patient.score(makeJudgement({ judge: slow }));
    await vi.advanceTimersByTimeAsync(3_600_000);
    answer();
    expect(await pending).toEqual({ value: 0.5 });
  });

  it("leaves no timer behind", async () => {
    await guarded(() => ({ value: 1 })).score(makeJudgement());
    expect(vi.getTimerCount()).toBe(0);
  });
});
