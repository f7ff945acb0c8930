import { describe, expect, it } from "vitest";
import type { JsonValue } from "../../../src/core/data/json.ts";
import { outputText } from "../../../src/datasets/rows/answer-text.ts";

describe("outputText", () => {
  it.each<[string, JsonValue | undefined, string | undefined]>([
    ["a text", "yes", "yes"],
    ["a blank text", " \n", undefined],
    ["null", null, undefined],
    ["nothing", undefined, undefined],
    ["a number", 4, "4"],
    ["a boolean", false, "false"],
    ["a list", [2, { b: 1, a: 0 }], '[2,{"a":0,"b":1}]'],
    ["a response", { response: "yes", retrieved: [1] }, "yes"],
    ["an output", { output: "yes", usage: {} }, "yes"],
    ["a text alone", { text: "yes" }, "yes"],
    ["a content alone", { content: "yes" }, "yes"],
    ["a text among fields", { text: "x", label: "y" }, '{"label":"y","text":"x"}'],
    ["a chat message", { role: "assistant", content: "yes", refusal: null }, "yes"],
    [
      "a message of parts",
      {
        role: "assistant",
        content: [
          { type: "text", text: "y" },
          { type: "text", text: "es" },
        ],
      },
      "yes",
    ],
    ["a message within a response", { response: { role: "assistant", content: "yes" } }, "yes"],
    ["a message without text", { role: "assistant", content: null }, undefined],
    ["other JSON", { label: "y", facts: [] }, '{"facts":[],"label":"y"}'],
    ["an empty list as content", { content: [] }, "[]"],
  ])("reads %s", (_, outputs, text) => {
    expect(outputText(outputs)).toBe(text);
  });
});
