import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { digestOf } from "../../../src/core/data/digest.ts";
import { normalForm } from "../../../src/formats/prompt-file/normal-form.ts";

const page = readFileSync(new URL("../../../config/version-identity.md", import.meta.url), "utf8");
const details = { template: "Hi {{name}}", templateLanguage: "default", model: { model: "gpt-4o" } } as const;

test("the page on version identity lists every default correctly", () => {
  const { model: _, template: __, ...defaults } = normalForm(details);
  const plain = page.replaceAll(/\s+/g, " ");
  for (const [key, value] of Object.entries(defaults)) {
    expect(plain).toContain(`\`${key}\` ${JSON.stringify(value)}`);
  }
});

test("its example can be reproduced with only a hash function", () => {
  const json = /```json\n(.*)\n```/.exec(page)?.[1] ?? "";
  expect(JSON.parse(json)).toEqual(normalForm(details));
  const digest = createHash("sha256").update(json).digest("hex");
  expect(page).toContain(digest);
  expect(digestOf(normalForm(details))).toBe(digest);
  const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  let rest = BigInt(`0x${createHash("sha256").update(`pr_AAAAAAAAAAAAAAAAAAAAA\n${digest}`).digest("hex")}`);
  let id = "";
  while (id.length < 21) {
    id += alphabet[Number(rest % 62n)];
    rest /= 62n;
  }
  expect(page).toContain(`prv_${id}`);
});
