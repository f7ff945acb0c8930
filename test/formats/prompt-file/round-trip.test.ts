import fc from "fast-check";
import { expect, test } from "vitest";
import { detailsDigest } from "../../../src/formats/prompt-file/normal-form.ts";
import { detailsOfFile, renderPromptFile } from "../../../src/formats/prompt-file/render-prompt-file.ts";
import { arbitraryDetails } from "../../registry/arbitrary-details.ts";

test("any template and model configuration reads back the same, byte for byte", () => {
  fc.assert(
    fc.property(arbitraryDetails, (details) => {
      const read = detailsOfFile(renderPromptFile(details), "v1.prompt");
      expect(read.template).toEqual(details.template);
      expect(read.templateLanguage).toBe(details.templateLanguage);
      expect(detailsDigest(read)).toBe(detailsDigest(details));
    }),
    { numRuns: 300 },
  );
});

test("a template of very many messages reads back the same", () => {
  const template = Array.from({ length: 60_000 }, (_, at) => ({ role: "user", content: `${at}` }));
  const details = { template, templateLanguage: "default", model: { model: "m" } } as const;
  expect(detailsOfFile(renderPromptFile(details), "v1.prompt").template).toEqual(template);
});
