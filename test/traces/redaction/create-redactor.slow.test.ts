import { expect, test } from "vitest";
import { createRedactor } from "../../../src/traces/redaction/create-redactor.ts";

const { text } = createRedactor();

test("a text is redacted to its end, however long and made to slow it down", () => {
  const shapes = [
    ..."a@1.:-(['+%",
    "a@",
    "1-",
    "4111 ",
    "a:",
    "a://",
    '{"a":',
    "sk-",
    "eyJaaaaaaaaaa.",
    "Xq ",
    "A. ",
    "0 ",
    "\\n",
    "password=",
    "12 rue de la ",
    ...[
      "1 Main ",
      "Am Alten ",
      "王小明",
      "\u200b",
      "my name is ",
      "-----BEGIN RSA PRIVATE KEY-----",
      "x at y dot ",
      "a_",
    ],
  ];
  for (const shape of shapes) {
    // A search that reads again from each letter would take minutes for these; a megabyte of one of them, hours.
    const size = shape === "4111 " || shape === "a@" ? 1_000_000 : 150_000;
    const long = shape.repeat(Math.ceil(size / shape.length));
    expect(text(`${long} jane@example.com`).length, shape).toBeGreaterThan(0);
  }
});
