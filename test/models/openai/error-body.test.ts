import { describe, expect, it } from "vitest";
import { errorBody } from "../../../src/models/openai/openai-client.ts";

describe("errorBody", () => {
  it.each([
    ['{"error":{"message":"no","code":"c"}}', { error: { error: { message: "no", code: "c" } } }],
    ['[{"error":{"code":400}}]', { error: [{ error: { code: 400 } }] }],
    ["<html>Bad Gateway</html>", { error: { message: "<html>Bad Gateway</html>" } }],
    ["", { error: { message: "" } }],
  ])("keeps all of %s", (text, expected) => {
    expect(JSON.parse(errorBody(text))).toEqual(expected);
  });
});
