import { describe, expect, it } from "vitest";
import type { Completion, LanguageModel } from "../../../src/contracts/language-model.ts";
import { usageGuard } from "../../../src/models/layers/usage-guard.ts";
import { completion, hello, modelErrorOf, scriptedModel } from "../../support/scripted-model.ts";

/** A provider module in plain JavaScript, that answers whatever it likes. */
function careless(answer: unknown): LanguageModel {
  return { provider: "p", modelId: "careless", complete: async () => answer as Completion };
}

describe("usageGuard", () => {
  it("leaves a whole answer as it is", async () => {
    expect(await usageGuard(scriptedModel([{}])).complete(hello)).toEqual(completion());
  });

  it("fills in what is missing", async () => {
    const answer = await usageGuard(careless({ text: "12345678" })).complete(hello);
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
    const answer = await usageGuard(careless({ ...completion(), usage })).complete(hello);
    expect(answer.usage).toEqual({ inputTokens: 2, outputTokens: 1 });
  });

  it.each([undefined, "positive", { text: 1 }, null])("refuses %j, which is no answer", async (answer) => {
    expect(await modelErrorOf(usageGuard(careless(answer)).complete(hello))).toMatchObject({
      kind: "malformed",
      message: "careless answered without a text",
      hint: "a provider resolves to { text, toolCalls, finishReason, usage, latencyMs }",
    });
  });
});
