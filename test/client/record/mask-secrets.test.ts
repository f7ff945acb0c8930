import { describe, expect, it } from "vitest";
import { maskSecrets } from "../../../src/client/record/call-secrets.ts";

describe("maskSecrets", () => {
  it("masks texts and keys at every depth, and leaves the rest as it is", () => {
    const value = { a: ["x secret-1 y", 1, null, { "k secret-1": "secret-2" }], b: true };
    expect(maskSecrets(value, ["secret-1", "secret-2"])).toEqual({
      a: ["x [secret] y", 1, null, { "k [secret]": "[secret]" }],
      b: true,
    });
    expect(value.a[0]).toBe("x secret-1 y");
  });

  it("masks the longer of two with the same start first", () => {
    expect(maskSecrets("secret-1-long secret-1", ["secret-1", "secret-1-long"])).toBe("[secret] [secret]");
  });

  it("finds them inside JSON in a text, quotes and all", () => {
    const secret = 'se"cret\\value';
    const value = { plain: secret, nested: JSON.stringify({ secret }) };
    expect(maskSecrets(value, [secret])).toEqual({ plain: "[secret]", nested: '{"secret":"[secret]"}' });
  });

  it("returns values without secrets unchanged, and ignores values too short to be keys", () => {
    const value = { a: "short" };
    expect(maskSecrets(value, ["secret-1"])).toBe(value);
    expect(maskSecrets(value, ["short", ""])).toBe(value);
  });
});
