import { describe, expect, it } from "vitest";
import type { Completion, LanguageModel } from "../../../src/contracts/language-model.ts";
import { answerGuard } from "../../../src/models/layers/answer-guard.ts";
import { completion, hello, modelErrorOf, scriptedModel } from "../../support/scripted-model.ts";

/** A provider module in plain JavaScript with any answer. */
function careless(answer: unknown): LanguageModel {
  return { provider: "p", modelId: "careless", complete: async () => answer as Completion };
}

const guarded = answerGuard({});

describe("answerGuard", () => {
  it("leaves a complete answer unchanged", async () => {
    expect(await guarded(scriptedModel([{}])).complete(hello)).toEqual({ ...completion(), kind: "text" });
  });

  it("fills in what is missing", async () => {
    const answer = await guarded(careless({ text: "12345678" })).complete(hello);
    expect(answer).toMatchObject({
      text: "12345678",
      toolCalls: [],
      finishReason: "stop",
      usage: { inputTokens: 2, outputTokens: 2 },
    });
    expect(answer.latencyMs).toBeGreaterThanOrEqual(0);
  });

  it.each([
    { inputTokens: 0, outputTokens: 0 },
    { inputTokens: Number.NaN, outputTokens: 1 },
    { outputTokens: 1 },
    null,
  ])("estimates when the tokens are %j", async (usage) => {
    const answer = await guarded(careless({ ...completion(), usage })).complete(hello);
    expect(answer.usage).toEqual({ inputTokens: 2, outputTokens: 1 });
  });

  it.each([undefined, "positive", { text: 1 }, null])(
    "rejects %j, which is not an answer",
    async (answer) => {
      expect(await modelErrorOf(guarded(careless(answer)).complete(hello))).toMatchObject({
        kind: "malformed",
        message: "careless returned no text",
        hint: "a provider resolves to { text, toolCalls, finishReason, usage, latencyMs }",
      });
    },
  );
});
