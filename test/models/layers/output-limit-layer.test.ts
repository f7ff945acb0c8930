import { describe, expect, test } from "vitest";
import type {
  CompletionRequest,
  LanguageModel,
  UnusedAttempt,
} from "../../../src/contracts/language-model.ts";
import type { OutputLimit } from "../../../src/contracts/model-spec.ts";
import { ModelError } from "../../../src/core/errors.ts";
import { outputLimitLayer } from "../../../src/models/layers/output-limit-layer.ts";

const outputLimit: OutputLimit = { tokens: 100, enlarged: 400, setBy: "budget.usd of x", origin: "plan" };

/** Answers of a given length, truncated by a smaller limit; a limit the provider does not support is rejected. */
function world(options: {
  readonly length: number;
  readonly own?: number;
  readonly refuses?: (limit: number) => string | undefined;
}) {
  const asked: (number | undefined)[] = [];
  const unused: UnusedAttempt[] = [];
  let warnings = 0;
  const model: LanguageModel = {
    provider: "test",
    modelId: "m",
    async complete({ parameters }: CompletionRequest) {
      const limit = parameters?.maxTokens ?? options.own;
      asked.push(limit);
      const refusal = options.refuses?.(limit ?? 0);
      if (refusal !== undefined) throw new ModelError(refusal, { kind: "bad_request", status: 400 });
      const isCut = limit !== undefined && options.length > limit;
      return {
        text: "…",
        kind: isCut ? "cut_off" : "text",
        toolCalls: [],
        finishReason: isCut ? "length" : "stop",
        usage: { inputTokens: 10, outputTokens: Math.min(options.length, limit ?? options.length) },
        latencyMs: 1,
      };
    },
  };
  const parameters = options.own === undefined ? {} : { maxTokens: options.own };
  const limited = outputLimitLayer({ parameters, outputLimit }, () => warnings++)(model);
  const ask = (over: Partial<CompletionRequest> = {}) =>
    limited.complete({
      messages: [],
      onUnused: (attempt) => {
        unused.push(attempt);
        return true;
      },
      ...over,
    });
  return { ask, asked, unused, warnings: () => warnings };
}

describe("the limit that a budget sets", () => {
  test("is sent with the request, and a complete answer is returned unchanged", async () => {
    const { ask, asked, unused } = world({ length: 20 });
    expect(await ask()).toMatchObject({ kind: "text" });
    expect([asked, unused]).toEqual([[100], []]);
  });

  test("is raised once for an answer that it truncates; the first one is reported with its usage", async () => {
    const { ask, asked, unused, warnings } = world({ length: 300 });
    expect(await ask()).not.toHaveProperty("isToolLimited");
    expect(await ask()).toMatchObject({ kind: "text", usage: { outputTokens: 300 } });
    expect(asked).toEqual([100, 400, 100, 400]);
    expect(unused[0]).toEqual({ inputTokens: 10, outputTokens: 100, isCutOff: true });
    expect(warnings()).toBe(1);
  });

  test("reports what is still too long as truncated by this limit", async () => {
    const { ask, asked } = world({ length: 9999 });
    expect(await ask()).toMatchObject({ kind: "cut_off", isToolLimited: true, usage: { outputTokens: 400 } });
    expect(asked).toEqual([100, 400]);
  });

  test("is not raised if the budget forbids it: the truncated answer is kept, and not counted twice", async () => {
    const { ask, asked, unused } = world({ length: 300 });
    expect(await ask({ onRetry: () => false })).toMatchObject({ isToolLimited: true });
    expect([asked, unused]).toEqual([[100], []]);
  });

  test("yields to the user's own, of the model or of a call, which is never raised", async () => {
    const own = world({ length: 300, own: 50 });
    expect(await own.ask()).not.toHaveProperty("isToolLimited");
    expect(own.asked).toEqual([50]);
    const called = world({ length: 300 });
    await called.ask({ parameters: { maxTokens: 60 } });
    expect(called.asked).toEqual([60]);
  });

  test.each([
    [
      "max_tokens is too large: 100. This model supports at most 80 completion tokens, whereas you provided 100.",
      [100, 80],
    ],
    ["max_tokens: 100 > 64, which is the maximum allowed number of output tokens for claude-3", [100, 64]],
    [
      "'max_tokens' is too large: 100. This model's maximum context length is 4096 tokens and your request has 4050 input tokens",
      [100, 50],
    ],
  ])("is lowered to the provider's limit: %s", async (message, limits) => {
    const allowed = limits[1] as number;
    const { ask, asked } = world({
      length: 20,
      refuses: (limit) => (limit > Math.max(allowed, 64) ? message : undefined),
    });
    if (allowed < 64) {
      await expect(ask()).rejects.toThrow("maximum context length");
      return;
    }
    expect(await ask()).toMatchObject({ kind: "text" });
    expect(asked).toEqual(limits);
    await ask();
    expect(asked).toEqual([...limits, allowed]);
  });

  test("keeps the truncated answer if the larger request is rejected or fails", async () => {
    const { ask, unused } = world({
      length: 300,
      refuses: (limit) => (limit > 100 ? "the model is broken" : undefined),
    });
    expect(await ask()).toMatchObject({ kind: "cut_off", isToolLimited: true });
    expect(unused).toEqual([]);
  });
});
