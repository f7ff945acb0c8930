import { expect, it } from "vitest";
import { mergeParameters } from "../../src/models/model-question.ts";

it("gives the request precedence, and merges what is passed through key by key", () => {
  const own = { temperature: 0.1, maxTokens: 5, other: { user: "a", keep: 1 } };
  expect(mergeParameters(own, { temperature: 0.9, other: { user: "b" } })).toEqual({
    temperature: 0.9,
    maxTokens: 5,
    other: { user: "b", keep: 1 },
  });
  expect(mergeParameters(own, { topP: 1 })).toEqual({ ...own, topP: 1 });
  expect(mergeParameters(own, undefined)).toBe(own);
});
