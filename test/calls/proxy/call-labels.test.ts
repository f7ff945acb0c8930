import { describe, expect, it } from "vitest";
import { readCallLabels } from "../../../src/calls/proxy/call-labels.ts";

describe("readLabels", () => {
  it("reads plain and percent-encoded values", () => {
    expect(
      readCallLabels({
        "x-dao-opt-prompt": "a/b",
        "x-dao-opt-inputs": '{"a":1}',
        "x-dao-opt-user": "J%C3%BCrg",
      }),
    ).toEqual({
      name: "a/b",
      prompt: { path: "a/b" },
      inputs: { a: 1 },
      user: "Jürg",
    });
  });

  it.each(["{", "[1]", "3", "%7B", ""])("ignores inputs that are not variables: %j", (inputs) => {
    expect(readCallLabels({ "x-dao-opt-inputs": inputs, "x-dao-opt-chat": "100%" })).toEqual({
      chatId: "100%",
    });
  });
});
