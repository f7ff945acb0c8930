import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { createProblems } from "../../src/config/problems.ts";
import { createSourcePlaces } from "../../src/config/source-places.ts";
import type { Tree } from "../../src/config/tree.ts";
import { readYamlSource } from "../../src/config/yaml-source.ts";
import { describeIssue } from "../../src/core/errors.ts";

function read(text: string | Uint8Array) {
  const places = createSourcePlaces();
  const problems = createProblems("c.yaml", places);
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  const source = readYamlSource(bytes, places, problems);
  return {
    tree: source?.tree,
    ignored: source?.ignored,
    issues: problems.isEmpty ? [] : problems.toError().issues.map(describeIssue),
    warnings: problems.warnings.map(({ message }) => message),
  };
}

const treeOf = (text: string): Tree | undefined => {
  const { tree, issues } = read(text);
  expect(issues).toEqual([]);
  return tree;
};

describe("YAML 1.2", () => {
  test("scalars follow the core schema", () => {
    expect(
      treeOf("agents: { a: yes, b: no, c: on, d: 1_000, e: 0o17, f: 1e3, g: 12:30, h: 2026-01-01 }"),
    ).toEqual({
      agents: { a: "yes", b: "no", c: "on", d: "1_000", e: 15, f: 1000, g: "12:30", h: "2026-01-01" },
    });
  });

  test("a directive does not bring YAML 1.1 back", () => {
    expect(treeOf("%YAML 1.1\n---\nagents: { a: yes, b: 2026-01-01 }\n")).toEqual({
      agents: { a: "yes", b: "2026-01-01" },
    });
  });

  test("multi-line scalars keep or fold their lines", () => {
    expect(
      treeOf(
        "agents:\n  keep: |\n    a\n     b\n\n    c\n  strip: |-\n    a\n  fold: >\n    a\n    b\n\n    c\n",
      ),
    ).toEqual({
      agents: { keep: "a\n b\n\nc\n", strip: "a", fold: "a b\nc\n" },
    });
  });

  test("a byte order mark and Windows line ends are ignored", () => {
    expect(treeOf("\uFEFFagents:\r\n  a: |\r\n    x\r\n    y\r\n")).toEqual({ agents: { a: "x\ny\n" } });
  });

  test("keys are text, as written", () => {
    expect(treeOf("agents: { 1.0: a, true: b, 007: c }")).toEqual({
      agents: { "1.0": "a", true: "b", "007": "c" },
    });
  });

  test("a key without a value is left out, except in passed-through JSON", () => {
    expect(treeOf("prompts: { p: { tags: , template: } }\nagents: { a: { tools: [{ x: ~ }] } }")).toEqual({
      prompts: { p: {} },
      agents: { a: { tools: [{ x: null }] } },
    });
  });

  test("values survive the round trip", () => {
    const key = fc
      .string({ minLength: 1 })
      .filter((text) => !["__proto__", "constructor", "prototype"].includes(text));
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 4 },
        fc.string({ unit: "grapheme" }),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie("any"), { maxLength: 4 }),
        fc.dictionary(key, tie("any"), { maxKeys: 4, noNullPrototype: true }),
      ),
    })).any;
    fc.assert(
      fc.property(value, (given) => {
        const rows = [{ value: given }];
        const { tree, issues } = read(
          stringify({ datasets: { d: { data: rows } } }, { aliasDuplicateObjects: false }),
        );
        expect(issues).toEqual([]);
        // The core schema reads -0 as 0.
        expect(JSON.stringify(tree)).toBe(
          JSON.stringify({ datasets: { d: { data: rows } } }).replaceAll("-0,", "0,"),
        );
      }),
      { numRuns: 300 },
    );
  });
});

describe("anchors, aliases and merge keys", () => {
  test("an alias of a thing is a reference; any other is copied", () => {
    expect(
      treeOf(`
x-base: &tags { team: growth }
resources: { llms: { m: &model { name: m } } }
prompts: { p: { tags: *tags } }
agents: { a: { model: *model, tools: [*tags] } }
`),
    ).toEqual({
      resources: { llms: { m: { name: "m" } } },
      prompts: { p: { tags: { team: "growth" } } },
      agents: { a: { model: "m", tools: [{ team: "growth" }] } },
    });
  });

  test("an anchor on the first use declares nothing", () => {
    expect(treeOf("agents:\n  a: { model: &m { name: m } }\n  b: { model: *m }\n")).toEqual({
      agents: { a: { model: { name: "m" } }, b: { model: { name: "m" } } },
    });
  });

  test("of two anchors of one name, the nearer one above counts", () => {
    expect(treeOf("x-a: &v 1\nagents: { a: *v }\nx-b: &v 2\nprompts: { p: *v }\n")).toEqual({
      agents: { a: 1 },
      prompts: { p: 2 },
    });
  });

  test("merges: one map, a list of maps; own keys win at any position", () => {
    expect(
      treeOf(`
x-one: &one { temperature: 0, top_p: 1 }
x-two: &two { temperature: 1, seed: 5 }
resources:
  llms:
    a: { <<: *one, name: a }
    b: { name: b, temperature: 2, <<: [*one, *two] }
    c: { <<: [*two, { max_tokens: 9 }], seed: 6 }
    d: { "<<": x }
`),
    ).toEqual({
      resources: {
        llms: {
          a: { name: "a", temperature: 0, top_p: 1 },
          b: { name: "b", temperature: 2, top_p: 1, seed: 5 },
          c: { seed: 6, temperature: 1, max_tokens: 9 },
          d: { "<<": "x" },
        },
      },
    });
  });

  test("a merged map may merge another", () => {
    expect(
      treeOf(
        "x-a: &a { seed: 1 }\nx-b: &b { <<: *a, top_p: 1 }\nresources: { llms: { m: { <<: *b, seed: 2 } } }",
      ),
    ).toEqual({ resources: { llms: { m: { seed: 2, top_p: 1 } } } });
  });

  test("a merge of anything but a map is rejected", () => {
    expect(read("x-a: &a 5\nagents:\n  b:\n    <<: *a\n    name: n\n").issues).toEqual([
      "c.yaml:4:9  agents.b: `<<` takes a map, or a list of maps; refer to a map by its alias: `<<: *base`",
    ]);
  });
});

describe("aliases without an anchor before them", () => {
  test("at a value: what to add", () => {
    expect(read("resources:\n  llms:\n    m: { temperature: *cold }\n").issues).toEqual([
      "c.yaml:3:23  resources.llms.m.temperature: alias *cold has no anchor; add &cold to the value it stands for, above this line",
    ]);
  });

  test("with an anchor further down: what to move", () => {
    expect(
      read(
        "agents: { a: { model: *big, run: *r } }\nresources: { llms: { m: &big { name: m } } }\nx-r: &r {}\n",
      ).issues,
    ).toEqual([
      "c.yaml:1:23  agents.a.model: alias *big is before its anchor &big; move the model marked &big above this line, or replace the alias with its key",
      "c.yaml:1:34  agents.a.run: alias *r is before its anchor &r; move the value marked &r above this line",
    ]);
  });

  test("with a later anchor on the thing of that key: used, with a warning", () => {
    const { tree, warnings } = read(
      "agents: { a: { model: *m } }\nresources: { llms: { m: &m { name: m } } }\n",
    );
    expect(tree).toMatchObject({ agents: { a: { model: "m" } } });
    expect(warnings).toEqual([
      "agents.a.model: *m is before its anchor; used as the model of that name; move resources.llms.m further up",
    ]);
  });

  test("a thing of another kind does not match", () => {
    expect(read("prompts: { p: { template: x } }\nagents: { a: { model: *p } }\n").issues).toEqual([
      "c.yaml:2:23  agents.a.model: alias *p has no anchor, and p is a prompt, not a model; add &p to the model it stands for",
    ]);
  });

  test("a key of two things is ambiguous", () => {
    expect(
      read("resources: { llms: { m: {} }, models: { m: {} } }\nagents: { a: { model: *m } }\n").issues,
    ).toEqual([
      "c.yaml:2:23  agents.a.model: alias *m has no anchor, and there is no model of that name; add &m to the model it stands for, under resources.llms (or did you mean m?)",
    ]);
  });

  test("a misspelling has a suggestion", () => {
    expect(read("x-a: &defaults {}\nagents: { a: { <<: *default } }\n").issues).toEqual([
      "c.yaml:2:20  agents.a: alias *default has no anchor; add &default to the value it stands for, above this line (or did you mean defaults?)",
    ]);
  });

  test("in an ignored section too", () => {
    const { issues, warnings } = read("schemas: { s: {} }\ntools: { t: [*s, *nowhere] }\n");
    expect(warnings).toEqual([
      "tools: *s has no anchor; used as the schema of that name; add &s to schemas.s",
    ]);
    expect(issues).toEqual([
      "c.yaml:2:18  tools: alias *nowhere has no anchor; add &nowhere to the value it stands for, above this line",
    ]);
  });
});

describe("limits", () => {
  test("an alias bomb is rejected before it expands", () => {
    const lines = ["x-0: &a0 [x, x, x, x, x, x, x, x, x, x]"];
    for (let at = 1; at < 9; at++) lines.push(`x-${at}: &a${at} [${`*a${at - 1}, `.repeat(10)}]`);
    const { issues } = read(`${lines.join("\n")}\nagents: { bomb: *a8 }\n`);
    expect(issues).toEqual([
      "c.yaml:2:31  agents.bomb.0.0.0.0.0.0.8.4: alias *a0 expands to too many values; one alias may lead to at most 100 others",
    ]);
  });

  test("many aliases of large lists are rejected by their total", () => {
    const rows = `[${"1, ".repeat(5000)}]`;
    const { issues } = read(`x-a: &a ${rows}\nagents: { b: [${"*a, ".repeat(99)}] }\n`);
    expect(issues[0]).toMatch(
      /alias \*a expands to too many values; all aliases together may expand to at most 100000 values$/,
    );
  });

  test("a thousand uses of one anchor are accepted", () => {
    const { tree, issues } = read(`x-a: &a 1\nagents: { b: [${"*a, ".repeat(1000)}] }\n`);
    expect(issues).toEqual([]);
    expect(tree).toEqual({ agents: { b: Array(1000).fill(1) } });
  });

  test("an alias inside its own anchor", () => {
    expect(read("agents:\n  a: &a\n    tools: [*a]\n  b: &b\n    <<: *b\n").issues).toEqual([
      "c.yaml:3:13  agents.a.tools.0: alias *a is inside its own anchor; remove it",
      "c.yaml:5:9  agents.b: alias *b is inside its own anchor; remove it",
    ]);
  });

  test.each([
    ["brackets", `agents: ${"[".repeat(150)}${"]".repeat(150)}`],
    ["brackets without end", `agents: ${"[".repeat(300_000)}`],
    ["dashes", `agents:\n  ${"- ".repeat(20_000)}x`],
    [
      "indentation",
      `agents:\n${Array.from({ length: 200 }, (_, at) => `${" ".repeat(at + 1)}k:`).join("\n")} 1`,
    ],
    ["in what is ignored", `tools: ${"{a: ".repeat(5000)}1`],
  ])("nesting by %s", (_name, text) => {
    expect(read(text).issues).toEqual([
      expect.stringMatching(/^c\.yaml:\d+:\d+ {2}(.*: )?nested deeper than 100 levels; flatten it$/),
    ]);
  });

  test("99 levels are accepted", () => {
    expect(read(`agents: ${"[".repeat(99)}${"]".repeat(99)}`).issues).toEqual([]);
  });

  test("keys with a special meaning in JavaScript", () => {
    expect(
      read(
        "__proto__: { polluted: 1 }\nagents: { constructor: 1, a: { tools: [{ prototype: 1 }] } }\ntools: { __proto__: 1 }\n",
      ).issues,
    ).toEqual([
      "c.yaml:1:1  __proto__: this key is not allowed; rename it",
      "c.yaml:2:11  agents.constructor: this key is not allowed; rename it",
      "c.yaml:2:42  agents.a.tools.0.prototype: this key is not allowed; rename it",
      "c.yaml:3:10  tools.__proto__: this key is not allowed; rename it",
    ]);
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  });

  test("tags of any kind", () => {
    expect(
      read("agents:\n  a: !!js/function 'x'\n  b: !mine { c: 1 }\n  d: !!binary aGk=\n  e: !!str 5\n").issues,
    ).toEqual([
      "c.yaml:2:6  tag !!js/function is not allowed; a config holds plain values only; remove the tag",
      "c.yaml:3:6  tag !mine is not allowed; a config holds plain values only; remove the tag",
      "c.yaml:4:6  tag !!binary is not allowed; a config holds plain values only; remove the tag",
    ]);
  });
});

describe("invalid documents", () => {
  test.each([
    ["", "c.yaml  the file is empty; run `dao-opt init` to create one"],
    ["# nothing\n", "c.yaml  the file is empty; run `dao-opt init` to create one"],
    ["- a\n", "c.yaml:1:1  a config is a map of sections; start with `prompts:` or `resources:`"],
    [
      "agents: {}\n---\nprompts: {}\n",
      "c.yaml:2:1  the file holds 2 YAML documents; put everything into one: remove the `---` lines between them",
    ],
    [
      "agents: { a: .nan }",
      "c.yaml:1:14  agents.a: NaN is not a number in JSON; write it in quotes, or leave it out",
    ],
    [
      "agents: { a: {{text}} }",
      "c.yaml:1:15  agents.a: a key must be plain text; put text with braces or brackets in quotes",
    ],
    ["agents: { '': 1 }", "c.yaml:1:11  agents.: a key must not be empty; rename it"],
    ["a: 1\nagents: 2\na: 3\n", "c.yaml:3:1  a: duplicate key; it first appears in line 1; remove one"],
  ])("%j", (text, message) => {
    expect(read(text).issues).toEqual([message]);
  });

  test("bytes that are not UTF-8", () => {
    expect(read(new Uint8Array([0xff, 0xfe, 0x61, 0x00])).issues).toEqual([
      "c.yaml  the file is UTF-16 text; save it as UTF-8",
    ]);
  });
});

test("x- keys are free everywhere except in maps with free keys", () => {
  expect(
    treeOf(`
x-anything: { at: all }
agents:
  x-a: 1
  b:
    x-c: 1
    name: b
resources: { llms: { m: { headers: { x-api-version: "1" } } } }
prompts: { p: { tags: { x-t: 1 } } }
datasets: { d: { data: [{ x-col: 1 }] } }
`),
  ).toEqual({
    agents: { b: { name: "b" } },
    resources: { llms: { m: { headers: { "x-api-version": "1" } } } },
    prompts: { p: { tags: { "x-t": 1 } } },
    datasets: { d: { data: [{ "x-col": 1 }] } },
  });
});
