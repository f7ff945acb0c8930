import { z } from "zod";
import { fileSchema } from "./schema/file.ts";

/** The part of JSON Schema draft-07 that a config's schema uses. */
export interface SchemaNode {
  readonly $ref?: string;
  readonly type?: string;
  readonly description?: string;
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
  description: "a value that is read from elsewhere",
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

/** Text of `config/schema.json`. */
export function renderConfigJsonSchema(): string {
  return `${JSON.stringify(configJsonSchema(), null, 2)}\n`;
}

function makeSchema(): SchemaNode {
  const schema = z.toJSONSchema(fileSchema, {
    target: "draft-7",
    io: "input",
    override({ jsonSchema }) {
      // What an editor checks is the text before `${…}` is filled in, with free `x-` keys in it.
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
