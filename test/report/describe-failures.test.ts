import { describe, expect, test } from "vitest";
import { describeCauses } from "../../src/report/describe-failures.ts";

describe("reflections without a text", () => {
  test.each([
    ["server", "answered with a server error"],
    ["bad_request", "rejected as a bad request"],
    ["connection", "lost on the way"],
    ["timeout", "not answered in time"],
    ["malformed", "answered with what is no completion"],
    ["rate_limit", "refused by a rate limit"],
  ])("of cause %s are named in words", (cause, words) => {
    expect(describeCauses({ [cause]: 3, refusal: 1 })).toBe(`3 ${words}, 1 refused by the model`);
  });
});
