import { describe, expect, it } from "vitest";
import { shapeAnswer } from "../../src/offline/answer-offline.ts";

describe("shapeAnswer", () => {
  it("leaves a text unchanged without limits", () => {
    expect(shapeAnswer("one two", {})).toEqual({ text: "one two", finishReason: "stop" });
  });

  it("ends before the first stop sequence", () => {
    expect(shapeAnswer("one two three", { stop: ["three", " two"] })).toEqual({
      text: "one",
      finishReason: "stop",
    });
  });

  it("ends at the token limit, on a whole character", () => {
    expect(shapeAnswer("abcdefgh", { maxTokens: 1 })).toEqual({ text: "abcd", finishReason: "length" });
    expect(shapeAnswer("abcé", { maxTokens: 1 })).toEqual({ text: "abc", finishReason: "length" });
    expect(shapeAnswer("abcdefgh", { maxTokens: -1 })).toEqual({ text: "abcdefgh", finishReason: "stop" });
  });
});
