import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { gatherChunks } from "../../../src/core/answer/gather-chunks.ts";

const head = { id: "c1", object: "chat.completion.chunk", created: 7, model: "m" };
const chunk = (delta: object, rest: object = {}) => ({ ...head, choices: [{ index: 0, delta, ...rest }] });

function gathered(kind: "chat" | "completion", chunks: readonly unknown[]) {
  const gathering = gatherChunks(kind);
  const texts = chunks.map((one) => gathering.add(one));
  return { texts, body: gathering.body(), isEnded: gathering.isEnded, hasText: gathering.hasText };
}

describe("chunks of a streamed answer", () => {
  it("form the body of a whole answer", () => {
    const usage = { prompt_tokens: 3, completion_tokens: 2 };
    const { texts, body, isEnded } = gathered("chat", [
      chunk({ role: "assistant", content: "" }),
      chunk({ content: "Hel" }),
      chunk({ content: "lo" }),
      chunk({}, { finish_reason: "stop" }),
      { ...head, choices: [], usage },
    ]);
    expect(texts).toEqual(["", "Hel", "lo", "", ""]);
    expect(isEnded).toBe(true);
    expect(body).toEqual({
      ...{ id: "c1", object: "chat.completion", created: 7, model: "m", usage },
      choices: [
        {
          ...{ index: 0, finish_reason: "stop", logprobs: null },
          message: { role: "assistant", content: "Hello", refusal: null },
        },
      ],
    });
  });

  it("have no body without chunks, and no end before the model's", () => {
    expect(gathered("chat", [])).toEqual({ texts: [], body: undefined, isEnded: false, hasText: false });
    expect(gathered("chat", [chunk({ content: "a" })])).toMatchObject({ isEnded: false, hasText: true });
  });

  it("join log-probabilities, refusals and reasoning", () => {
    const probability = (token: string) => ({ logprobs: { content: [{ token }], refusal: null } });
    const { texts, body } = gathered("chat", [
      chunk({ role: "assistant", content: "", reasoning_content: "hm" }, probability("a")),
      chunk({ refusal: "I can", reasoning_content: "m" }, probability("b")),
      chunk({ refusal: "not" }, { logprobs: null }),
      chunk({}, { finish_reason: "stop" }),
    ]);
    expect(texts.join("")).toBe("I cannot");
    expect(body?.["choices"]).toMatchObject([
      {
        message: { content: null, refusal: "I cannot", reasoning_content: "hmm" },
        logprobs: { content: [{ token: "a" }, { token: "b" }], refusal: null },
      },
    ]);
  });

  it("of a text completion join texts and the lists of its log-probabilities", () => {
    const piece = (text: string, tokens: readonly string[]) => ({
      ...{ id: "t", object: "text_completion" },
      choices: [{ index: 0, text, logprobs: { tokens, text_offset: [1] } }],
    });
    const { texts, body } = gathered("completion", [piece("a", ["a"]), piece("b", ["b"])]);
    expect(texts).toEqual(["a", "b"]);
    expect(body).toMatchObject({
      object: "text_completion",
      choices: [{ text: "ab", logprobs: { tokens: ["a", "b"], text_offset: [1, 1] } }],
    });
  });

  it("assemble tool calls by index, by id, or into the last call", () => {
    const call = (piece: object) => chunk({ tool_calls: [piece] });
    const whole = (pieces: readonly object[]) => {
      const { body } = gathered("chat", [chunk({ role: "assistant", content: "" }), ...pieces.map(call)]);
      return (body?.["choices"] as { message: object }[] | undefined)?.[0]?.message;
    };
    const expected = {
      content: null,
      tool_calls: [
        { id: "1", type: "function", function: { name: "f", arguments: '{"a":1}' } },
        { id: "2", type: "function", function: { name: "g", arguments: "{}" } },
      ],
    };
    const start = { id: "1", type: "function", function: { name: "f", arguments: "" } };
    const rest = [{ function: { arguments: '{"a"' } }, { function: { arguments: ":1}" } }];
    const second = { id: "2", function: { name: "g", arguments: "{}" } };
    const indexed = [
      { index: 0, ...start },
      { index: 1, ...second },
      ...rest.map((piece) => ({ index: 0, ...piece })),
    ];
    expect(whole(indexed)).toMatchObject(expected);
    expect(whole([start, ...rest, second])).toMatchObject(expected);
    expect(whole([{ ...start, index: 5 }, ...rest, second])).toMatchObject(expected);
  });

  it("never throw", () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), fc.constantFrom("chat", "completion"), (values, kind) => {
        const chunks = [...values, ...values.map((value) => ({ choices: [{ delta: value, text: value }] }))];
        const odd = values.map((value) => chunk({ tool_calls: value, content: value, __proto__: value }));
        const { body } = gathered(kind as "chat" | "completion", [...chunks, ...odd]);
        expect(JSON.parse(JSON.stringify(body ?? null))).not.toBeUndefined();
      }),
    );
  });
});
