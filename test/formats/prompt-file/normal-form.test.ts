import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../src/core/data/json.ts";
import { detailsDigest, normalForm } from "../../../src/formats/prompt-file/normal-form.ts";
import { promptFileFromKeys } from "../../../src/formats/prompt-file/parse-prompt-file.ts";
import { detailsToJson, type PromptDetails } from "../../../src/formats/prompt-file/prompt-details.ts";
import { versionId } from "../../../src/registry/ids.ts";
import { arbitraryDetails } from "../../registry/arbitrary-details.ts";

interface Vector {
  readonly name: string;
  readonly details: PromptDetails;
  readonly normalForm: JsonObject;
  readonly digest: string;
  readonly promptId: string;
  readonly versionId: string;
}

const vectors = JSON.parse(
  readFileSync(new URL("../../registry/fixtures/version-identity.json", import.meta.url), "utf8"),
) as readonly Vector[];

describe("version identity", () => {
  test.each(vectors)("never changes: $name", (vector) => {
    expect(normalForm(vector.details)).toEqual(vector.normalForm);
    expect(detailsDigest(vector.details)).toBe(vector.digest);
    expect(versionId(vector.promptId, vector.digest)).toBe(vector.versionId);
  });

  const details = (model: object, template: PromptDetails["template"] = "x"): PromptDetails => ({
    template,
    templateLanguage: "default",
    model: { model: "m", ...model },
  });

  test.each<[string, object, object]>([
    [
      "defaults and their absence",
      {},
      { temperature: 1, maxTokens: -1, topP: 1.0, endpoint: "chat", stop: [] },
    ],
    ["null and absence", {}, { seed: null, responseFormat: null, toolChoice: null, other: { a: null } }],
    ["one stop text and a list of one", { stop: "a" }, { stop: ["a"] }],
    ["keys in any order", { other: { a: 1, b: { c: 1, d: 2 } } }, { other: { b: { d: 2, c: 1 }, a: 1 } }],
    [
      "tools that are strict or not by default",
      { tools: [{ name: "f" }] },
      { tools: [{ name: "f", strict: false }] },
    ],
    [
      "tools in the wire's longer form",
      { tools: [{ type: "function", function: { name: "f" } }] },
      { tools: [{ type: "function", function: { name: "f", strict: false, parameters: null } }] },
    ],
    ["zero and minus zero", { presencePenalty: 0 }, { presencePenalty: -0 }],
  ])("is equal for %s", (_, one, other) => {
    expect(detailsDigest(details(one))).toBe(detailsDigest(details(other)));
  });

  test.each<[string, PromptDetails]>([
    ["a space in the text", details({}, "x ")],
    ["a text and a message of it", details({}, [{ role: "user", content: "x" }])],
    ["the template language", { ...details({}), templateLanguage: "jinja" }],
    ["the provider", details({ provider: "mock" })],
    ["an attribute", details({ attributes: { a: 1 } })],
    ["the order of stops", details({ stop: ["b", "a"] })],
    ["a null deep in a schema", details({ tools: [{ name: "f", parameters: { default: null } }] })],
    ["the tool choice", details({ toolChoice: "required" })],
  ])("differs by %s", (_, other) => {
    const others = [
      details({}),
      details({ stop: ["a", "b"] }),
      details({ tools: [{ name: "f", parameters: {} }] }),
    ];
    expect(others.map(detailsDigest)).not.toContain(detailsDigest(other));
  });

  test("survives the round trip through snake_case keys", () => {
    fc.assert(
      fc.property(arbitraryDetails, (given) => {
        const { template, templateLanguage, model } = promptFileFromKeys(detailsToJson(given), "input.json");
        const back = { template, templateLanguage, model: { ...model, model: model.model ?? "" } };
        expect(detailsDigest(back)).toBe(detailsDigest(given));
      }),
    );
  });
});
