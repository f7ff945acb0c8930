import { describe, expect, test } from "vitest";
import {
  conversationOf,
  inputsText,
  isConversationRow,
  templateInputs,
} from "../../../src/core/prompt/conversation.ts";

const messages = [
  { role: "user", content: "How do I hang a door?" },
  {
    role: "assistant",
    content: null,
    tool_calls: [{ id: "c1", type: "function", function: { name: "find", arguments: '{"q":"door"}' } }],
  },
  { role: "tool", tool_call_id: "c1", content: "hinges" },
  {
    role: "user",
    content: [
      { type: "text", text: "Like this?" },
      { type: "image_url", image_url: { url: "data:image/png;base64,AA" } },
    ],
  },
];

describe("a row of dao-ai", () => {
  const inputs = { messages, custom_inputs: { configurable: { user_id: "u1" }, store: "12" }, tone: "kind" };

  test("is a conversation with tool calls and images", () => {
    expect(conversationOf(inputs)).toEqual([
      { role: "user", content: "How do I hang a door?" },
      {
        role: "assistant",
        content: null,
        toolCalls: [{ id: "c1", name: "find", arguments: '{"q":"door"}' }],
      },
      { role: "tool", content: "hinges", toolCallId: "c1" },
      messages[3],
    ]);
    expect(isConversationRow(inputs)).toBe(true);
    expect(isConversationRow({ text: "a", messages: "Hello" })).toBe(false);
  });

  test("gives its template the variables of custom_inputs, the row's own first", () => {
    expect(templateInputs(inputs)).toMatchObject({ user_id: "u1", store: "12", tone: "kind" });
    expect(templateInputs({ custom_inputs: { a: 1, configurable: { a: 2 } } })["a"]).toBe(2);
    expect(templateInputs({ a: 0, custom_inputs: { a: 1, configurable: { a: 2 } } })["a"]).toBe(0);
  });

  test("is a transcript with its variables", () => {
    expect(inputsText(inputs)).toBe(
      [
        "user: How do I hang a door?",
        'assistant: [calls find({"q":"door"})]',
        "tool: hinges",
        "user: Like this? [image]",
        "store: 12\nuser_id: u1\ntone: kind",
      ].join("\n\n"),
    );
  });

  test("other rows are lines of variables", () => {
    expect(inputsText({ text: "Great", n: 1, list: ["a"] })).toBe('text: Great\nn: 1\nlist: ["a"]');
  });
});
