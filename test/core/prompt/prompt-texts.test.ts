import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { templatesOf, textsOf } from "../../../src/core/prompt/candidate.ts";
import type { Template } from "../../../src/core/prompt/prompt.ts";

const chat: Template = [
  { role: "system", content: "S" },
  { role: "chat_history", content: "{{past}}" },
  { role: "user", content: "U" },
];

describe("texts of prompts", () => {
  it("are named by key, and by index and role in a chat prompt", () => {
    expect(
      textsOf([
        { key: "a", template: "A" },
        { key: "support", template: chat },
      ]),
    ).toEqual({
      a: "A",
      "support#0:system": "S",
      "support#2:user": "U",
    });
  });

  it("are inserted into the templates; roles, order and history stay", () => {
    const prompts = [
      { key: "a", template: "A" },
      { key: "support", template: chat },
    ];
    expect(templatesOf(prompts, { a: "A2", "support#0:system": "S2", "support#2:user": "U2" })).toEqual({
      a: "A2",
      support: [
        { role: "system", content: "S2" },
        { role: "chat_history", content: "{{past}}" },
        { role: "user", content: "U2" },
      ],
    });
  });

  it("make the round trip", () => {
    const message = fc.record({
      role: fc.constantFrom("system", "user", "assistant", "chat_history"),
      content: fc.string(),
    });
    const template: fc.Arbitrary<Template> = fc.oneof(fc.string(), fc.array(message));
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z_]{1,6}$/), template), (given) => {
        const prompts = Object.entries(given).map(([key, value]) => ({ key, template: value }));
        expect(templatesOf(prompts, textsOf(prompts))).toEqual({ ...given });
      }),
    );
  });

  it("are all required", () => {
    expect(() => templatesOf([{ key: "a", template: "A" }], {})).toThrow(new RangeError('no text named "a"'));
  });
});
