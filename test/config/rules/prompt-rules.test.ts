import { describe, expect, test } from "vitest";
import { issuesOf, readText, withOptimization } from "../read-text.ts";

const prompts = (text: string) => `prompts:\n${text.trim().replace(/^/gm, "  ")}\n`;

test.each([
  [
    "p: { template: x, version: 2, alias: production }",
    "config.yaml:2:33  prompts.p.alias: both version 2 and alias production are set; keep one of them",
  ],
  [
    "p: { template: x, default_template: y }",
    "config.yaml:2:8  prompts.p.template: both default_template and template are set; keep one of them",
  ],
  ["p: { template: '  ' }", "config.yaml:2:8  prompts.p.template: contains no text; write the prompt here"],
  ["p: { template: [] }", "config.yaml:2:8  prompts.p.template: must not be empty"],
  ["p: { template: [{ role: user }] }", "config.yaml:2:19  prompts.p.template.0.content: is missing"],
  ["p: { template: 5 }", "config.yaml:2:8  prompts.p.template: must be text or a list or a map, got 5"],
  [
    "p: { template: { file: no.prompt } }",
    "config.yaml:2:20  prompts.p.template.file: no.prompt cannot be read: no such file; the path is relative to this file",
  ],
  [
    "p: { template: 'Answer yes', locked: [Answer, no] }",
    'config.yaml:2:49  prompts.p.locked.1: the template does not contain "no"; copy the span exactly',
  ],
  [
    "p: { version: production }",
    'config.yaml:2:8  prompts.p.version: must be a number or config, got "production"; for an environment write alias: production',
  ],
  [
    "p: { version: config }",
    "config.yaml:2:8  prompts.p.version: version: config needs a template here, but there is none; add default_template, or set a version of the registry",
  ],
  [
    "p: { version: config, alias: staging, template: x }",
    "config.yaml:2:25  prompts.p.alias: both version config and alias staging are set; keep one of them",
  ],
  [
    "p: { name: ../up, template: x }",
    'config.yaml:2:8  prompts.p.name: the registry cannot store a prompt at "../up": has a part that starts with a dot: ..; rename it',
  ],
  [
    "p: { name: a//b, template: x }",
    'config.yaml:2:8  prompts.p.name: the registry cannot store a prompt at "a//b": has an empty part; rename it',
  ],
  [
    "p: { name: 'a:b', template: x }",
    'config.yaml:2:8  prompts.p.name: the registry cannot store a prompt at "a:b": may contain only letters, digits, space, _ . and -: "a:b"; rename it',
  ],
  [
    "p: { name: a/2, template: x }",
    'config.yaml:2:8  prompts.p.name: the registry cannot store a prompt at "a/2": 2 would be read as a version number; rename it',
  ],
  [
    "production: { template: x }",
    'config.yaml:2:3  prompts.production: the registry cannot store a prompt at "production": production would be read as a version or environment; rename it',
  ],
  [
    "latest: { template: x }",
    'config.yaml:2:3  prompts.latest: the registry cannot store a prompt at "latest": latest would be read as a version or environment; rename it',
  ],
  [
    `p: { name: ${"x".repeat(256)}, template: x }`,
    expect.stringMatching(/has a part of more than 255 bytes; rename it$/),
  ],
  [
    "p: { schema: main, template: x }",
    'config.yaml:2:8  prompts.p.schema: no schema named "main"; declare it under schemas',
  ],
  [
    "p: { template: x, template_language: jinja2 }",
    'config.yaml:2:21  prompts.p.template_language: must be default or jinja or single_brace, got "jinja2"; did you mean jinja?',
  ],
])("%s", async (text, message) => {
  expect(await issuesOf(prompts(text))).toEqual([message]);
});

describe("names", () => {
  test("are unique, ignoring case", async () => {
    expect(
      await issuesOf(
        prompts(
          "a: { name: same, template: x }\nb: { name: same, template: y }\nc: { name: SAME, template: z }",
        ),
      ),
    ).toEqual([
      "config.yaml:3:8  prompts.b.name: duplicate name: prompts.a is also same; rename one of them",
      "config.yaml:4:8  prompts.c.name: SAME differs from same of prompts.a only by case; rename one of them",
    ]);
  });

  test("two versions of one prompt are allowed", async () => {
    const config = await readText(
      prompts("a: { name: same, version: 1 }\nb: { name: same, alias: staging }"),
    );
    expect(Object.keys(config.prompts)).toEqual(["a", "b"]);
  });

  test("may use any script", async () => {
    const config = await readText(prompts("p: { name: 'Stimmung prüfen v1.2', template: x }"));
    expect(config.prompts["p"]?.path).toBe("Stimmung prüfen v1.2");
  });

  test("a prompt cannot have the name of a used environment", async () => {
    const text = withOptimization("deploy_to: greeting");
    expect(await issuesOf(text)).toEqual([
      'config.yaml:7:3  prompts.greeting: the registry cannot store a prompt at "greeting": greeting would be read as a version or environment; rename it',
    ]);
  });
});

test("a prompt may exist only in the registry", async () => {
  const config = await readText(prompts("p: { description: kept elsewhere }"));
  expect(config.prompts["p"]).toEqual({
    key: "p",
    path: "p",
    description: "kept elsewhere",
    templateLanguage: "default",
    locked: [],
    tags: {},
  });
});

test("version: config stays as written", async () => {
  const config = await readText(prompts("p: { template: x, version: config }"));
  expect(config.prompts["p"]?.version).toBe("config");
});
