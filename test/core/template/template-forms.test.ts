import { describe, expect, test } from "vitest";
import { templateForms } from "../../../src/core/template/template-forms.ts";
import { piecesOf } from "../../../src/core/template/template-variables.ts";

test("pieces are literal texts and variables, in order, and none is empty", () => {
  expect(piecesOf("")).toEqual([]);
  expect(piecesOf("a {b} {{c d}}")).toEqual(["a {b} {{c d}}"]);
  expect(piecesOf("{{a}}{{ b.c }} x {{a}}")).toEqual([
    { variable: "a" },
    { variable: "b.c" },
    " x ",
    { variable: "a" },
  ]);
});

describe("forms of jinja", () => {
  const shapes = (text: string) =>
    templateForms(text, "jinja")?.map(({ pieces, conditions }) => [
      pieces.map((piece) => (typeof piece === "string" ? piece : `<${piece.variable}>`)).join(""),
      conditions.map(({ variable, asks, holds }) => `${holds ? "" : "!"}${variable}:${asks}`).join(" "),
    ]);

  test.each<[string, string[][] | undefined]>([
    ["a {{ b }}{# not said #} {{ c.d }}", [["a <b> <c.d>", ""]]],
    [
      "{% if a %}x{% endif %}y",
      [
        ["xy", "a:truthy"],
        ["y", "!a:truthy"],
      ],
    ],
    [
      "{% if a is not defined %}x{% else %}{{ a }}{% endif %}",
      [
        ["x", "!a:defined"],
        ["<a>", "a:defined"],
      ],
    ],
    [
      "{% if a %}x{% endif %}{% if a %}y{% endif %}",
      [
        ["xy", "a:truthy a:truthy"],
        ["", "!a:truthy !a:truthy"],
      ],
    ],
    ["{% if a == 1 %}x{% endif %}", undefined],
    ["{{ a | upper }}", undefined],
    ["{% set a = 1 %}{{ a }}", undefined],
    ["{% for a in b %}{{ a }}{% endfor %}", undefined],
    [Array.from({ length: 7 }, (_, at) => `{% if a${at} %}x{% endif %}`).join(""), undefined],
  ])("%s", (text, forms) => {
    expect(shapes(text)).toEqual(forms);
  });
});
