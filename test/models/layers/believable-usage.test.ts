import { describe, expect, it } from "vitest";
import { believableUsage } from "../../../src/models/layers/answer-guard.ts";

const request = { messages: [{ role: "user", content: "12345678" }] };
const answer = { text: "1234", reasoning: "12345678", toolCalls: [] };
const of = (inputTokens: unknown, outputTokens: unknown, limit?: number) =>
  believableUsage(request, { ...answer, usage: { inputTokens, outputTokens } as never }, limit);

describe("believableUsage", () => {
  it("keeps plausible figures, including hidden reasoning", () => {
    expect(of(10, 30_000)).toEqual({ usage: { inputTokens: 10, outputTokens: 30_000 }, isEstimated: false });
  });

  it("keeps more output than the request allowed: some providers bill it", () => {
    expect(of(10, 9000, 4096).isEstimated).toBe(false);
  });

  // Limit of two tokens, three answered: reasoning counts as output.
  it.each<[string, unknown, unknown, number | undefined, object]>([
    ["a negative figure", -1, 5, undefined, { inputTokens: 2, outputTokens: 5 }],
    ["no number", 10, Number.NaN, undefined, { inputTokens: 10, outputTokens: 3 }],
    ["text", "10", "5", undefined, { inputTokens: 2, outputTokens: 3 }],
    ["more than any context", 10, 5_000_000, undefined, { inputTokens: 10, outputTokens: 3 }],
    ["more than the texts can be", 1_500_000, 5, undefined, { inputTokens: 2, outputTokens: 5 }],
    ["far more than the limit", 10, 900_000, 100, { inputTokens: 10, outputTokens: 3 }],
    ["a side that is not counted", 0, 5, undefined, { inputTokens: 2, outputTokens: 5 }],
  ])("replaces %s by the estimate", (_, input, output, limit, usage) => {
    expect(of(input, output, limit)).toEqual({ usage, isEstimated: true });
  });

  it("estimates everything if nothing is reported", () => {
    expect(believableUsage(request, answer)).toEqual({
      usage: { inputTokens: 2, outputTokens: 3 },
      isEstimated: true,
    });
  });
});
