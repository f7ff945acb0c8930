import { readFile } from "node:fs/promises";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { configJsonSchema, type SchemaNode } from "../../../src/config/schema/json-schema.ts";

const ajv = new Ajv({ strict: false, allErrors: true });
addFormats.default(ajv);
const validate = ajv.compile(configJsonSchema());

function errorsOf(yaml: string): string[] {
  validate(parse(yaml, { merge: true }));
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

describe("config/schema.json, as an editor uses it", () => {
  test.each(["starter/config.yaml", "examples/prompt_optimization.yaml"])(
    "accepts config/%s",
    async (path) => {
      const text = await readFile(new URL(`../../../config/${path}`, import.meta.url), "utf8");
      expect(errorsOf(text)).toEqual([]);
    },
  );

  test("accepts placeholders, variable forms and free keys", () => {
    expect(
      errorsOf(`
x-base: 1
resources:
  llms:
    m: { name: m, x-note: y, temperature: "\${env:T:-0}", seed: { env: S, default_value: 1 }, max_tokens: { options: [{ env: M }, 5] } }
tools: [anything]
`),
    ).toEqual([]);
  });

  test("rejects an unknown key and a wrong value", () => {
    const errors = errorsOf("agents: { a: { model: m, modle: x } }\nprompts: { p: { version: two } }\n");
    expect(errors).toContain("/agents/a must NOT have additional properties");
    expect(errors).toContain("/prompts/p/version must match a schema in anyOf");
  });
});

test("every key has a description", () => {
  const bare: string[] = [];
  const visit = (node: SchemaNode, path: string) => {
    for (const [key, property] of Object.entries(node.properties ?? {})) {
      const name = `${path}.${key}`;
      if ((property.description ?? "").length < 5) bare.push(name);
      visit(property, name);
    }
    const inner = [node.items, node.additionalProperties, ...(node.anyOf ?? []), ...(node.allOf ?? [])];
    for (const one of inner) if (typeof one === "object") visit(one, path);
  };
  const { variable: _, ...definitions } = configJsonSchema().definitions ?? {};
  visit(configJsonSchema(), "");
  for (const [name, definition] of Object.entries(definitions)) visit(definition, name);
  expect(bare).toEqual([]);
});
