import { describe, expect, it } from "vitest";
import {
  isReasoningModel,
  limitName,
  unacceptedParameters,
} from "../../../src/models/limits/known-models.ts";

const all = { temperature: 0, topP: 1, stop: "x", seed: 1, presencePenalty: 1, frequencyPenalty: 1 };
const refusedBy = (model: string) => unacceptedParameters(model, all).map(({ parameter }) => parameter);

describe("known models", () => {
  it.each([
    ["o3-mini", ["temperature", "top_p", "presence_penalty", "frequency_penalty", "stop"]],
    ["openai/gpt-5.1", ["temperature", "top_p", "presence_penalty", "frequency_penalty", "stop"]],
    ["o1", ["temperature", "top_p", "presence_penalty", "frequency_penalty"]],
    ["deepseek-reasoner", ["temperature", "top_p", "presence_penalty", "frequency_penalty"]],
    ["grok-4", ["stop", "presence_penalty", "frequency_penalty"]],
    ["grok-4-fast-non-reasoning", []],
    ["claude-opus-4-1-20250805", ["seed", "presence_penalty", "frequency_penalty", "top_p"]],
    ["claude-sonnet-4-5", ["seed", "presence_penalty", "frequency_penalty", "top_p"]],
    ["claude-sonnet-4-20250514", ["seed", "presence_penalty", "frequency_penalty"]],
    ["gpt-4o-mini", []],
    ["gpt-5-chat-latest", []],
    ["my-model", []],
  ])("%s refuses %j", (model, expected) => {
    expect(refusedBy(model)).toEqual(expected);
  });

  it("names only what is given", () => {
    expect(unacceptedParameters("o3", { seed: 1, topP: 0.5 })).toEqual([
      { parameter: "top_p", advice: "o3 does not accept top_p: remove it" },
    ]);
    expect(unacceptedParameters("claude-opus-4-1", { topP: 0.5 })).toEqual([]);
  });

  it.each([
    "o1",
    "gpt-5-mini",
    "gpt-5.2",
    "deepseek-reasoner",
    "grok-4",
    "gemini-2.5-pro",
    "qwq-32b",
    "gpt-6",
    "qwen3-8b",
    "marco-o1",
    "deepseek-r1:8b",
    "nvidia/nemotron-nano-9b",
    "gpt-oss-20b",
    "claude-opus-4-thinking",
  ])("%s reasons", (model) => expect(isReasoningModel(model)).toBe(true));

  it.each([
    "gpt-4o",
    "gpt-50",
    "gpt-5-chat-latest",
    "grok-4-fast-non-reasoning",
    "llama3",
    "claude-sonnet-4-5",
    "qwen3-30b-a3b-instruct",
    "qwen3-nothink",
    "llama3-non-thinking",
  ])("%s does not", (model) => expect(isReasoningModel(model)).toBe(false));

  it("have their own name for the limit", () => {
    expect([limitName("o3"), limitName("gpt-4o")]).toEqual(["max_completion_tokens", "max_tokens"]);
  });
});
