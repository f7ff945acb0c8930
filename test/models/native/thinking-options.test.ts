import { describe, expect, it } from "vitest";
import { thinkingOptions } from "../../../src/models/native/thinking-options.ts";

describe("reasoning_effort", () => {
  it.each([
    // Anthropic: a budget up to 4.6, an effort from 4.7 on (platform.claude.com, extended thinking).
    ["anthropic", "claude-sonnet-4-5", 2000, { thinking: { type: "enabled", budgetTokens: 2000 } }],
    ["anthropic", "claude-sonnet-4-5", "2000", { thinking: { type: "enabled", budgetTokens: 2000 } }],
    ["anthropic", "claude-sonnet-4-5", 0, { thinking: { type: "disabled" } }],
    ["anthropic", "claude-sonnet-4-5", "none", { thinking: { type: "disabled" } }],
    ["anthropic", "claude-opus-4-7", 2000, { effort: "medium" }],
    ["anthropic", "claude-opus-5-5", "max", { effort: "max" }],
    ["anthropic", "claude-opus-4-5", "minimal", { effort: "low" }],
    ["vertex", "claude-sonnet-4-5@20250929", 2000, { thinking: { type: "enabled", budgetTokens: 2000 } }],
    // Bedrock: Claude as above, other models an effort.
    [
      "bedrock",
      "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
      2000,
      { reasoningConfig: { type: "enabled", budgetTokens: 2000 } },
    ],
    ["bedrock", "us.amazon.nova-2-lite-v1:0", 9000, { reasoningConfig: { maxReasoningEffort: "high" } }],
    ["bedrock", "openai.gpt-oss-120b-1:0", "low", { reasoningConfig: { maxReasoningEffort: "low" } }],
    // Gemini: a budget up to 2.5, a level from 3 on (ai.google.dev/gemini-api/docs/thinking).
    ["google", "gemini-2.5-flash", 512, { thinkingConfig: { thinkingBudget: 512 } }],
    ["google", "gemini-2.5-flash", "medium", { thinkingConfig: { thinkingBudget: 8192 } }],
    ["google", "gemini-2.5-flash", "none", { thinkingConfig: { thinkingBudget: 0 } }],
    ["google", "gemini-3.8-flash", "low", { thinkingConfig: { thinkingLevel: "low" } }],
    ["vertex", "gemini-3.1-pro-preview", "none", { thinkingConfig: { thinkingLevel: "minimal" } }],
    ["cohere", "command-a-reasoning-08-2025", 500, { thinking: { type: "enabled", tokenBudget: 500 } }],
    ["cohere", "command-a-reasoning-08-2025", "none", { thinking: { type: "disabled" } }],
    ["ai-sdk", "some-model", 500, { reasoningEffort: "low" }],
    ["anthropic", "claude-sonnet-4-5", undefined, {}],
  ] as const)("%s %s: %s", (provider, model, effort, options) => {
    expect(thinkingOptions(effort, provider, model, undefined).options).toEqual(options);
  });

  it("counts what a package adds to the limit of output tokens", () => {
    expect(thinkingOptions(2000, "anthropic", "claude-sonnet-4-5", 5000).addedTokens).toBe(2000);
    expect(thinkingOptions("high", "anthropic", "claude-opus-4-7", 5000).addedTokens).toBe(0);
  });

  it("makes a budget fit the limit, and says so", () => {
    const { options, addedTokens, note } = thinkingOptions(8000, "anthropic", "claude-sonnet-4-5", 4096);
    expect(options).toEqual({ thinking: { type: "enabled", budgetTokens: 2048 } });
    expect(addedTokens).toBe(2048);
    expect(note).toContain("reasoning_effort 8000 does not fit max_tokens 4096 and is sent as 2048");
  });

  it("notes a number that a model does not take", () => {
    expect(thinkingOptions(2000, "anthropic", "claude-opus-4-8", undefined).note).toBe(
      "claude-opus-4-8 does not accept a number of reasoning tokens: reasoning_effort 2000 is sent as medium",
    );
  });
});
