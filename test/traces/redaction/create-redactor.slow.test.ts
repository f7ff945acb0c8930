import { expect, test } from "vitest";
import { createRedactor } from "../../../src/traces/redaction/create-redactor.ts";

const { text } = createRedactor();

test("redacts long adversarial texts completely", () => {
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
    // A quadratic search would take minutes for these texts.
    const size = shape === "4111 " || shape === "a@" ? 1_000_000 : 150_000;
    const long = shape.repeat(Math.ceil(size / shape.length));
    expect(text(`${long} jane@example.com`).length, shape).toBeGreaterThan(0);
  }
});
