import { z } from "zod";
import type { KeyPath } from "../tree.ts";
import { fileSchema } from "./file.ts";

/** The part of JSON Schema draft-07 that the config's schema uses. */
export interface SchemaNode {
  readonly $ref?: string;
  readonly type?: string;
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly default?: unknown;
  readonly deprecated?: boolean;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: boolean | SchemaNode;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  readonly allOf?: readonly SchemaNode[];
  readonly definitions?: Readonly<Record<string, SchemaNode>>;
}

const variableForms = {
  description: "a value that comes from elsewhere",
  anyOf: [
    { type: "string", pattern: "\\$\\{(env:|var\\.|param\\.)" },
    {
      type: "object",
      properties: { env: { type: "string" }, default_value: {} },
      required: ["env"],
      additionalProperties: false,
    },
    { type: "object", properties: { value: {} }, required: ["value"], additionalProperties: false },
    {
      type: "object",
      properties: { options: { type: "array" }, default_value: {} },
      required: ["options"],
      additionalProperties: false,
    },
    {
      type: "object",
      properties: { scope: { type: "string" }, secret: { type: "string" }, default_value: {} },
      required: ["scope", "secret"],
      additionalProperties: false,
    },
  ],
};

let made: SchemaNode | undefined;

/** The schema as draft-07, for editors. */
export function configJsonSchema(): SchemaNode {
  made ??= makeSchema();
  return made;
}

/** Names declared in a config, by definition: `model`, `prompt`, `agent` … */
export type DeclaredNames = Readonly<Record<string, readonly string[]>>;

/** Text of `config/schema.json`. Editors suggest `names` wherever a reference is allowed. */
export function renderConfigJsonSchema(names: DeclaredNames = {}): string {
  const text = JSON.stringify(
    configJsonSchema(),
    (_, node: unknown) => withExamples(node as SchemaNode, names),
    2,
  );
  return `${text}\n`;
}

/** A reference is a text or the object itself, so its schema includes the object's. */
function withExamples(node: SchemaNode, names: DeclaredNames): SchemaNode {
  const { anyOf } = node ?? {};
  if (!Array.isArray(anyOf)) return node;
  const examples = anyOf.flatMap(({ $ref }: SchemaNode) => names[$ref?.split("/").at(-1) ?? ""] ?? []);
  return examples.length === 0 ? node : { ...node, examples };
}

function makeSchema(): SchemaNode {
  const schema = z.toJSONSchema(fileSchema, {
    target: "draft-7",
    io: "input",
    override({ jsonSchema }) {
      // Editors check the text before `${…}` is replaced, and with free `x-` keys.
      if (jsonSchema.additionalProperties === false) jsonSchema.patternProperties = { "^x-": {} };
      delete jsonSchema.propertyNames;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      const { type, description, default: fallback, ...rest } = jsonSchema;
      if (type === "number" || type === "integer" || type === "boolean" || type === "string") {
        for (const key of Object.keys(jsonSchema)) delete jsonSchema[key];
        const value = { type, ...rest };
        Object.assign(jsonSchema, {
          ...(description === undefined ? {} : { description }),
          ...(fallback === undefined ? {} : { default: fallback }),
          anyOf: [value, { $ref: "#/definitions/variable" }],
        });
      }
    },
  });
  const { $schema, definitions, ...rest } = schema as SchemaNode & { $schema: string };
  return {
    $schema,
    title: "dao-opt config",
    ...rest,
    definitions: { ...definitions, variable: variableForms },
  } as SchemaNode;
}

/** Keys that a map at this path may have; undefined if they are free. */
export function allowedKeys(path: KeyPath): readonly string[] | undefined {
  let nodes: readonly SchemaNode[] = forms(configJsonSchema());
  for (const key of path) nodes = nodes.flatMap((node) => inside(node, key)).flatMap(forms);
  const keys = nodes.flatMap((node) => Object.keys(node.properties ?? {}));
  return keys.length === 0 ? undefined : [...new Set(keys)];
}

function inside(node: SchemaNode, key: string): readonly SchemaNode[] {
  const property = node.properties?.[key];
  if (property !== undefined) return [property];
  const { items, additionalProperties: rest } = node;
  if (items !== undefined && /^\d+$/.test(key)) return [items];
  return typeof rest === "object" ? [rest] : [];
}

/** A node and all forms its value may take. */
function forms(node: SchemaNode): readonly SchemaNode[] {
  const wrapped = [...(node.anyOf ?? []), ...(node.allOf ?? [])];
  const target = node.$ref?.replace("#/definitions/", "");
  const referred = target === undefined ? undefined : configJsonSchema().definitions?.[target];
  return [node, ...wrapped, ...(referred === undefined ? [] : [referred])].flatMap((form) =>
    form === node ? [node] : forms(form),
  );
}
