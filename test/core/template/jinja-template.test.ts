import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/core/data/json.ts";
import { TemplateStoppedError, UsageError } from "../../../src/core/errors.ts";
import { readTemplate, renderTemplate, templateVariables } from "../../../src/core/template/template.ts";

const text = (template: string, inputs: JsonObject = {}) =>
  renderTemplate(template, "jinja", inputs)[0]?.content;
const variables = (template: string) => templateVariables(template, "jinja");

function messageOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  throw new Error("it did not fail");
}

describe("jinja templates", () => {
  it("render logic, filters and members", () => {
    const template =
      "{% for item in items if item.n > least %}{{ loop.index }}. {{ item.name | upper }}\n{% endfor %}{{ end }}";
    const items = [
      { name: "a", n: 1 },
      { name: "b", n: 5 },
    ];
    expect(text(template, { items, least: 2, end: "." })).toBe("1. B\n.");
  });

  it("keep white space like Jinja2's default, and JSON braces", () => {
    expect(text('a\n{% if x %}\n b\n{% endif %}\n{"k": {"l": 1}}\n', { x: true })).toBe(
      'a\n\n b\n\n{"k": {"l": 1}}',
    );
  });

  it("never expand braces inside values", () => {
    expect(text("{{ a }}", { a: "{{ b }}{% if x %}" })).toBe("{{ b }}{% if x %}");
  });

  it("render each message of a chat template, and its history", () => {
    const messages = renderTemplate(
      [
        { role: "system", content: "{% if vip %}Be kind.{% else %}Be brief.{% endif %}" },
        { role: "chat_history", content: "" },
      ],
      "jinja",
      { vip: false, chat_history: [{ role: "user", content: "{{ x }}" }] },
    );
    expect(messages).toEqual([
      { role: "system", content: "Be brief." },
      { role: "user", content: "{{ x }}" },
    ]);
  });

  it("require the variables that they do not test", () => {
    const template = '{% if a is defined %}{{ a }}{% endif %}{{ b | default("-") }}{{ c }}{{ d.e }}';
    expect(variables(template)).toEqual(["a", "b", "c", "d"]);
    expect(messageOf(() => text(template))).toBe("missing variables: c, d");
    expect(text(template, { c: "C", d: { e: 1 } })).toBe("-C1");
  });
});

describe("variables of a jinja template", () => {
  it.each([
    [
      "{% for a, b in pairs.items() %}{{ a }}{{ b }}{{ loop.first }}{% else %}{{ c }}{% endfor %}{{ a }}",
      ["pairs", "c", "a"],
    ],
    ["{% set x = y %}{{ x }}{% set x2 %}{{ z }}{% endset %}{{ x2 }}", ["y", "z"]],
    ["{{ early }}{% set early = 1 %}{{ early }}", ["early"]],
    [
      "{% macro m(p, q=outer) %}{{ p }}{{ q }}{{ free }}{{ varargs }}{% endmacro %}{{ m(1) }}",
      ["outer", "free"],
    ],
    ["{{ x[key].name.deep }}{{ f(arg, kw=val) }}", ["x", "key", "f", "arg", "val"]],
    ['{{ xs | join(sep) | replace("a", "b") }}{% if n is odd %}{% endif %}', ["xs", "sep", "n"]],
    [
      "{{ t if cond else u }}{{ [l1, {'k': l2}] }}{{ not w and range(3) and true and none }}",
      ["cond", "t", "u", "l1", "l2", "w"],
    ],
    [
      "{% set ns = namespace(v=start) %}{% set ns.v = next %}{{ ns.v }}{# comment {{ no }} #}",
      ["start", "next"],
    ],
    [
      "{% call(u) wrap(a1) %}{{ u }}{{ v }}{% endcall %}{% filter upper %}{{ g }}{% endfilter %}",
      ["wrap", "a1", "v", "g"],
    ],
  ])("%s", (template, names) => {
    expect([...variables(template)].sort()).toEqual([...names].sort());
  });
});

describe("a hostile jinja template", () => {
  it("cannot reach constructors, prototypes or code", () => {
    expect(messageOf(() => text('{{ "".constructor.constructor("return process")() }}'))).toBe(
      "the jinja template cannot be rendered: Cannot call something that is not a function: got UndefinedValue",
    );
    const probes = [
      "x.__proto__",
      'x["constructor"]',
      "x.constructor.prototype",
      "range.constructor",
      "namespace.call",
      "x.f.constructor",
    ];
    for (const probe of probes) expect(text(`[{{ ${probe} }}]`, { x: { f: [1] } })).toBe("[]");
    expect(text("{{ range }}{{ x.upper }}", { x: "s" })).toBe("[function][function]");
    expect(messageOf(() => text("{{ self }}{{ cycler }}{{ process.env }}"))).toBe(
      "missing variables: self, cycler, process",
    );
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  });

  it("cannot pollute through an input named __proto__", () => {
    const inputs = JSON.parse('{"x": {"__proto__": {"polluted": 1}}}') as JsonObject;
    expect(text("{{ x.polluted }}", inputs)).toBe("");
  });

  it.each([
    ["{% for i in range(10**9) %}x{% endfor %}", "range() of more than 100000 numbers"],
    ["{% for i in range(0, 1, 10**-9) %}x{% endfor %}", "range() of more than 100000 numbers"],
    [
      '{% set ns = namespace(s="aa") %}{% for i in range(99) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}',
      "it exceeds the work limit: a loop is too long or a text too large",
    ],
  ])("is stopped: %s", (template, reason) => {
    expect(messageOf(() => text(template))).toBe(`the jinja template cannot be rendered: ${reason}`);
  });

  const numbers = (count: number) => Array.from({ length: count }, (_, at) => ({ n: (at * 7919) % count }));
  it.each([
    ["nested loops", "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}", {}],
    [
      "a sort",
      "{% for i in range(100000) %}{% set y = xs | sort(attribute='n') %}{% endfor %}",
      { xs: numbers(50_000) },
    ],
    [
      "a filter",
      "{% for i in range(100000) %}{% set y = xs | unique %}{% endfor %}",
      { xs: numbers(50_000) },
    ],
    [
      "a replacement",
      "{% for i in range(100000) %}{% set y = x.replace('a', '') %}{% endfor %}",
      { x: "ab".repeat(1e6) },
    ],
    ["a search", "{% for i in range(100000) %}{{ 'zz' in x }}{% endfor %}", { x: "za".repeat(500_000) }],
    [
      "a doubling text",
      "{% set s = namespace(v='aaaa') %}{% for i in range(99) %}{% set s.v = s.v + s.v %}{% endfor %}",
      {},
    ],
    [
      "macros",
      "{% macro m(n) %}{% if n > 0 %}{{ m(n-1) }}{{ m(n-1) }}{% endif %}{% endmacro %}{{ m(60) }}",
      {},
    ],
  ] as const)("is stopped in %s", (_, template, inputs) => {
    expect(() => text(template, inputs as unknown as JsonObject)).toThrow(TemplateStoppedError);
  });

  it("is stopped while it is parsed", () => {
    expect(() => templateVariables(`{% if x %}a${" ".repeat(400_000)}b{%- endif %}`, "jinja")).toThrow(
      "the jinja template was stopped: it could not be read within 1 second",
    );
  });

  it("has one second for all its messages", () => {
    const busy = "{% for i in range(3000) %}{% if i == x %}{{ i }}{% endif %}{% endfor %}";
    const template = Array.from({ length: 3000 }, () => ({ role: "user", content: busy }));
    expect(() => readTemplate(template, "jinja").render({ x: 1 })).toThrow(TemplateStoppedError);
    expect(readTemplate(template.slice(0, 1), "jinja").render({ x: 1 })[0]?.content).toBe("1");
  });

  it("is stopped if it calls itself", () => {
    expect(messageOf(() => text("{% macro f(n) %}{{ f(n) }}{% endmacro %}{{ f(1) }}"))).toMatch(
      /^the jinja template cannot be rendered: /,
    );
  });
});

describe("a parsed jinja template", () => {
  it("renders each row like a freshly parsed one", () => {
    const template =
      "{% macro tag(x) %}<{{ x }}>{% endmacro %}{% set ns = namespace(n=0) %}" +
      "{% for item in items %}{% set ns.n = ns.n + 1 %}{{ tag(item) }}{% endfor %} {{ ns.n }} {{ name | default('none') }}";
    const rows: readonly JsonObject[] = [
      { items: ["a", "b"], name: "Ann" },
      { items: [] },
      { items: ["c"], name: "Bo" },
      { items: ["a", "b"], name: "Ann" },
    ];
    const read = readTemplate(template, "jinja");
    expect(rows.map((row) => read.render(row)[0]?.content)).toEqual(rows.map((row) => text(template, row)));
    expect(messageOf(() => read.render({ name: "Cy" }))).toBe("missing variable: items");
    expect(read.render({ items: ["z"] })[0]?.content).toBe("<z> 1 none");
  });
});

describe("a broken jinja template", () => {
  it.each([
    ["{% if a %}", "a block or an expression has no end"],
    ["{{ a b }}", "Parser Error: Expected closing expression token. Identifier !== CloseExpression."],
  ])("%s reports the mistake", (template, reason) => {
    expect(messageOf(() => variables(template))).toBe(`the jinja template cannot be read: ${reason}`);
    expect(messageOf(() => text(template, { a: 1, b: 1 }))).toBe(
      `the jinja template cannot be read: ${reason}`,
    );
  });

  it("may raise an error with a message", () => {
    expect(messageOf(() => text('{{ raise_exception("no " ~ who) }}', { who: "Bo" }))).toBe(
      "the jinja template raised an error: no Bo",
    );
  });
});
