import { describe, expect, test } from "vitest";
import { createSecretMask } from "../../../src/core/text/secret.ts";

const key = "sk-Ab/12+cd=34_EF.56";
const mask = createSecretMask([key]);
const base64 = (text: string) => Buffer.from(text).toString("base64");

describe("a secret is hidden", () => {
  test.each([
    ["as it is", `Incorrect API key: ${key}.`],
    ["in small letters", key.toLowerCase()],
    ["in capitals", key.toUpperCase()],
    ["URL-encoded", `https://x/?key=${encodeURIComponent(key)}&a=1`],
    ["URL-encoded with small hex", encodeURIComponent(key).replace(/%../g, (code) => code.toLowerCase())],
    ["as hex", Buffer.from(key).toString("hex")],
    ["in base64", base64(key)],
    ["in base64url", Buffer.from(key).toString("base64url")],
    ["in base64 after one sign", base64(`:${key}`)],
    ["in base64 after two signs", base64(`a:${key}`)],
    ["in base64 of a whole header", base64(`{"authorization":"Bearer ${key}","n":1}`)],
    ["in JSON", JSON.stringify({ text: `key ${key}` })],
  ])("%s", (_, text) => {
    const masked = mask(text);
    expect(masked).toContain("[secret]");
    for (const form of [key, encodeURIComponent(key), base64(key).slice(0, 12)])
      expect(masked.toLowerCase()).not.toContain(form.toLowerCase());
  });
});

test("a value without secrets is returned as the same object, one with a secret is copied", () => {
  const plain = { a: ["x", 1, null] };
  expect(mask.deep(plain)).toBe(plain);
  expect(mask.deep({ [key]: [{ text: key }] })).toEqual({ "[secret]": [{ text: "[secret]" }] });
  expect(createSecretMask(["short"])("a short word")).toBe("a short word");
});
