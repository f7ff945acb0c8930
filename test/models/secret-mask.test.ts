import { expect, it } from "vitest";
import { secretMask } from "../../src/models/secret-mask.ts";
import { noSecrets, secretsOf } from "../support/model-specs.ts";

it("hides keys, header values and the parts of an address", () => {
  const secrets = secretsOf("sk-12345678", { authorization: "Bearer tok-abcdefgh" });
  const mask = secretMask(secrets, "http://ann:pass%2Dword@host/v1?sig=signature1");
  expect(mask("key sk-12345678, tok-abcdefgh, Bearer tok-abcdefgh, pass-word, signature1.")).toBe(
    "key [secret], [secret], [secret], [secret], [secret].",
  );
});

it("leaves short values, which are ordinary words", () => {
  expect(secretMask(secretsOf("test"))("this is a test")).toBe("this is a test");
});

it("has nothing to hide without secrets", () => {
  expect(secretMask(noSecrets)("sk-12345678")).toBe("sk-12345678");
});
