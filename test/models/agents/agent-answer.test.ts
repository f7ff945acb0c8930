import { describe, expect, it } from "vitest";
import { AgentError } from "../../../src/core/errors.ts";
import { readAnswerText, readAnswerValue } from "../../../src/models/agents/agent-answer.ts";

const read = (value: unknown) => readAnswerValue(value, "agent a.js", 3);

describe("readAnswerValue", () => {
  it("accepts a string", () => {
    expect(read("positive")).toEqual({ output: "positive", latencyMs: 3 });
  });

  it("accepts output, trace, usage and tool calls", () => {
    expect(
      read({
        output: "12 degrees",
        trace: [{ step: "lookup", ms: 4 }],
        usage: { input_tokens: 10, output_tokens: 3, cached_input_tokens: 5 },
        tool_calls: [
          { id: "c1", name: "weather", arguments: { city: "Oslo" } },
          { function: { name: "clock", arguments: "{}" } },
        ],
      }),
    ).toEqual({
      output: "12 degrees",
      trace: [{ step: "lookup", ms: 4 }],
      usage: { inputTokens: 10, outputTokens: 3, cachedInputTokens: 5 },
      toolCalls: [
        { id: "c1", name: "weather", arguments: '{"city":"Oslo"}' },
        { id: "call_1", name: "clock", arguments: "{}" },
      ],
      latencyMs: 3,
    });
  });

  it.each([
    [Number.NaN, "NaN"],
    [7, "a number"],
    [undefined, "undefined"],
    [null, "null"],
    [["positive"], "a list"],
    [true, "a boolean"],
  ])("rejects %j", (value, name) => {
    expect(() => read(value)).toThrow(
      new AgentError(`agent a.js returned ${name} instead of a string`, {
        hint: "an agent returns a string or { output, trace, usage, tool_calls }",
      }),
    );
  });

  it.each([
    [{ answer: "positive" }, /output: .*expected string/],
    [{ output: 7 }, /output: .*expected string, received number/],
    [{ output: "x", usage: { input_tokens: -1, output_tokens: 0 } }, /usage\.input_tokens: /],
    [{ output: "x", trace: () => 1 }, /trace: /],
  ])("rejects the object %j and explains why", (value, message) => {
    expect(() => read(value)).toThrow(AgentError);
    expect(() => read(value)).toThrow(message);
  });
});

describe("readAnswerText", () => {
  const readText = (text: string) => readAnswerText(text, "agent", 3);

  it("keeps text unchanged except for a final line end", () => {
    expect(readText("positive\n").output).toBe("positive");
    expect(readText("  two\n\nlines \n").output).toBe("  two\n\nlines ");
    expect(readText("").output).toBe("");
  });

  it("accepts an answer object", () => {
    expect(readText('{"output":"positive","trace":{"steps":2}}\n')).toEqual({
      output: "positive",
      trace: { steps: 2 },
      latencyMs: 3,
    });
  });

  it.each([
    '{"label":"positive"}',
    '{"output":"x","score":1}',
    '{"output":{"a":1}}',
    "{not json}",
    '"positive"',
  ])("treats %s as the answer itself", (text) => {
    expect(readText(text)).toEqual({ output: text, latencyMs: 3 });
  });
});
