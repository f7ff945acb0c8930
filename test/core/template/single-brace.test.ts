import fc from "fast-check";
import { expect, test } from "vitest";
import { fromSingleBraces, textFromSingleBraces } from "../../../src/core/template/single-brace.ts";
import { fillVariables, variablesIn } from "../../../src/core/template/template-variables.ts";

test.each([
  ["a variable", "User {user_id}.", "User {{user_id}}."],
  ["the default form too", "User {{ user_id }}, {city}", "User {{user_id}}, {{city}}"],
  ["escaped braces", 'Answer {{"label": "{label}"}}', 'Answer {"label": "{{label}}"}'],
  ["JSON as it is", 'Answer {"label": 1} for {text}', 'Answer {"label": 1} for {{text}}'],
  ["nested JSON as it is", '{"a": {"b": 1}} {text}', '{"a": {"b": 1}} {{text}}'],
  ["other braces are text", "{} {0} {a b} {a.b}", "{} {0} {a b} {a.b}"],
  ["nothing", "no braces", "no braces"],
])("%s", (_, text, expected) => {
  expect(textFromSingleBraces(text)).toBe(expected);
});

test("messages keep their roles", () => {
  expect(fromSingleBraces([{ role: "system", content: "Be {tone}." }])).toEqual([
    { role: "system", content: "Be {{tone}}." },
  ]);
});

test("converting twice changes nothing more, and every variable is filled", () => {
  const word = fc.stringMatching(/^[a-z_]\w{0,5}$/);
  const piece = fc.oneof(
    word,
    word.map((name) => `{${name}}`),
    word.map((name) => `{{${name}}}`),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const once = textFromSingleBraces(pieces.join(" "));
      expect(textFromSingleBraces(once)).toBe(once);
      const filled = fillVariables(once, Object.fromEntries(variablesIn(once).map((name) => [name, "v"])));
      expect(filled).not.toMatch(/[{}]/);
    }),
  );
});
