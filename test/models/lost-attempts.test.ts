import { describe, expect, it } from "vitest";
import type { CompletionRequest, UnusedAttempt } from "../../src/contracts/language-model.ts";
import { mostLosses, workerLostError } from "../../src/models/lost-attempts.ts";
import { retryLayer } from "../../src/models/retries.ts";
import { createFakeClock } from "../support/fake-clock.ts";

const answer = {
  text: "ok",
  toolCalls: [],
  finishReason: "stop",
  usage: { inputTokens: 1, outputTokens: 1 },
  latencyMs: 1,
} as const;

function modelThatLoses(losses: number) {
  let calls = 0;
  const clock = createFakeClock();
  const lostUsage = () => ({ inputTokens: 7, outputTokens: 9 });
  const model = retryLayer({ retries: 0, clock, random: () => 0, lostUsage })({
    provider: "p",
    modelId: "m",
    async complete() {
      calls++;
      if (calls <= losses) throw workerLostError("lost");
      return answer;
    },
  });
  return { model, clock, calls: () => calls };
}

const request: CompletionRequest = { messages: [] };

describe("an attempt whose worker was lost", () => {
  it("is booked as lost and made again at once, even without retries", async () => {
    const { model, clock, calls } = modelThatLoses(3);
    const booked: UnusedAttempt[] = [];
    const onUnused = (attempt: UnusedAttempt) => booked.push(attempt) > 0;
    expect(await model.complete({ ...request, onUnused })).toEqual(answer);
    expect(calls()).toBe(4);
    expect(clock.sleeps).toEqual([]);
    expect(booked).toEqual(
      Array(3).fill({ inputTokens: 7, outputTokens: 9, isLost: true, isEstimated: true }),
    );
  });

  it("is not made again without a budget for it", async () => {
    const { model, calls } = modelThatLoses(3);
    await expect(model.complete({ ...request, onUnused: () => false })).rejects.toThrow("lost");
    expect(calls()).toBe(1);
  });

  it("is not made again for ever", async () => {
    const { model, calls } = modelThatLoses(100);
    await expect(model.complete(request)).rejects.toThrow("lost");
    expect(calls()).toBe(mostLosses);
  });
});
