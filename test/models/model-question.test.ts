import { describe, expect, test } from "vitest";
import { digestOf } from "../../src/core/data/digest.ts";
import { addressedQuestion, addressOf } from "../../src/models/model-question.ts";
import { modelSpec } from "../support/model-specs.ts";

const messages = [{ role: "user", content: "Hello" }];
const spec = modelSpec({ name: "small" });

describe("the address of a question", () => {
  test("is the digest of all that decides the answer, whichever caller asks first", () => {
    const { question, address } = addressedQuestion(spec, { messages });
    expect(question).toMatchObject({ kind: "model", model: "small", messages, repeat: 0 });
    expect(address).toBe(digestOf(question));
    expect(addressOf(spec, { messages })).toBe(address);
    expect(addressedQuestion(spec, { messages })).toMatchObject({ question, address });
  });

  test("differs, for the same list of messages, by model, parameters and sample", () => {
    const asked = [
      { of: spec, request: { messages } },
      { of: modelSpec({ name: "large" }), request: { messages } },
      { of: spec, request: { messages, parameters: { temperature: 0.7 } } },
      { of: spec, request: { messages, parameters: { temperature: 0.8 } } },
      { of: spec, request: { messages, repeat: 1 } },
    ];
    const addresses = asked.map(({ of, request }) => {
      // The question passed on for another request is not reused for this one.
      addressOf(spec, { messages });
      return addressedQuestion(of, request).address;
    });
    expect(new Set(addresses).size).toBe(asked.length);
  });

  test("is computed again when a list of messages has changed since", () => {
    const growing = [...messages];
    const first = addressOf(spec, { messages: growing });
    expect(addressedQuestion(spec, { messages: growing }).address).toBe(first);
    growing.push({ role: "user", content: "Once more" });
    expect(addressedQuestion(spec, { messages: growing }).address).not.toBe(first);
  });
});
