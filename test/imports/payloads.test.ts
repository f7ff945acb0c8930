import { describe, expect, test } from "vitest";
import { readOutput } from "../../src/imports/payload-output.ts";
import { callInput, modelInput } from "../../src/imports/span-trace.ts";

const message = { role: "user", content: "Hi" };

describe("inputs of a model", () => {
  test.each([
    ["a text", "Hi", { messages: [message] }],
    ["a text that looks like JSON", '{"a": 1}', { messages: [{ role: "user", content: '{"a": 1}' }] }],
    ["a text that holds messages", JSON.stringify([message]), { messages: [message] }],
    ["a batch of one", [[message]], { messages: [message] }],
    [
      "a request",
      { model: "m", temperature: 0, messages: [message] },
      { messages: [message], model: "m", parameters: { temperature: 0 } },
    ],
    ["LangChain's pairs", [["human", "Hi"]], { messages: [message] }],
    ["LangChain's own messages", [{ type: "human", data: { content: "Hi" } }], { messages: [message] }],
    ["LangChain's prompts", { prompts: ["Hi"] }, { messages: [message] }],
    ["nothing", null, {}],
    ["something else", { a: 1 }, { inputs: { a: 1 } }],
  ])("%s", (_, given, read) => {
    expect(modelInput(given)).toEqual(read);
  });

  test("converts tool calls of LangChain's messages to OpenAI's format", () => {
    const kwargs = { content: "", tool_calls: [{ name: "f", args: { x: 1 }, id: "c1" }] };
    expect(
      modelInput([
        { lc: 1, type: "constructor", id: ["langchain", "schema", "messages", "AIMessage"], kwargs },
      ]),
    ).toEqual({
      messages: [
        { role: "assistant", content: "", toolCalls: [{ id: "c1", name: "f", arguments: '{"x":1}' }] },
      ],
    });
  });
});

test("arguments of a function are variables, unless they are only messages", () => {
  expect(callInput({ question: "a", messages: [message] })).toEqual({
    inputs: { question: "a", messages: [message] },
  });
  expect(callInput({ messages: [message] })).toMatchObject({ messages: [message] });
  expect(callInput("a")).toEqual({ inputs: { input: "a" } });
  expect(callInput([1])).toEqual({ inputs: { input: [1] } });
});

describe("answers of a model", () => {
  test.each([
    ["a text", "yes", "yes"],
    ["JSON in a text, as it was", '{"label": "positive"}', '{"label": "positive"}'],
    ["an object that is the answer", { label: "positive" }, '{"label":"positive"}'],
    ["a text with a name around it", { output: "yes" }, "yes"],
    ["a message", { role: "assistant", content: "yes" }, "yes"],
    ["a message in a text", '{"role": "assistant", "content": "yes"}', "yes"],
    ["messages, the last of them", { messages: [message, { role: "assistant", content: "yes" }] }, "yes"],
    ["a completion", { choices: [{ message: { role: "assistant", content: "yes" } }] }, "yes"],
    ["generations", { generations: [[{ text: "yes" }]] }, "yes"],
    ["a number", 7, "7"],
  ])("%s", (_, given, output) => {
    expect(readOutput(given).output).toBe(output);
  });
});
