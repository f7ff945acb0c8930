import { describe, expect, it } from "vitest";
import { errorBody } from "../../../src/models/openai/error-body.ts";

describe("errorBody", () => {
  it.each([
    ['{"error":{"message":"no","code":"c"}}', { error: { message: "no", code: "c" } }],
    ['{"error":"model not found"}', { error: { message: "model not found" } }],
    [
      '{"error_code":"PERMISSION_DENIED","message":"Invalid token"}',
      { error: { message: "Invalid token", code: "PERMISSION_DENIED" } },
    ],
    ['{"detail":"Not Found"}', { error: { message: "Not Found" } }],
    ['{"detail":[{"loc":["body"]}]}', { error: { message: '{"detail":[{"loc":["body"]}]}' } }],
    ["<html>Bad Gateway</html>", { error: { message: "<html>Bad Gateway</html>" } }],
    ["", { error: { message: "" } }],
  ])("reads the reason out of %s", (text, expected) => {
    expect(JSON.parse(errorBody(text))).toEqual(expected);
  });
});
