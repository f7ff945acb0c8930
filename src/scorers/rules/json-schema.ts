import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { z } from "zod";
import { isJsonObject, type JsonObject } from "../../core/data/json.ts";
import { PluginError } from "../../core/errors.ts";
import { defineScorer } from "../../plugins/define.ts";
import { compileSchema } from "../json/compile-schema.ts";
import { parseJsonAnswer } from "../json/parse-json-answer.ts";
import { listSome } from "../text/quote.ts";
import { ruleScorer } from "./rule-scorer.ts";

const jsonObject = z.record(z.string(), z.json());

/** 1 if the answer is JSON that matches a JSON Schema. */
export const jsonSchema = defineScorer({
  name: "json_schema",
  summary: "the answer is JSON that matches a JSON Schema",
  options: z
    .strictObject({
      schema: jsonObject
        .optional()
        .describe("The schema itself (draft-07, 2019-09 or 2020-12 by its $schema)."),
      file: z
        .string()
        .min(1)
        .optional()
        .describe("JSON file with the schema, relative to the config's folder."),
      allow_fence: z.boolean().default(false).describe("The JSON may be wrapped in one ``` fence."),
    })
    .superRefine(({ schema, file }, context) => {
      if ((schema === undefined) !== (file === undefined)) return;
      const message = schema === undefined ? "set `schema` or `file`" : "set `schema` or `file`, not both";
      context.addIssue({ code: "custom", message });
    }),
  create({ schema, file, allow_fence }, { directory }) {
    const given = file === undefined ? schema : readSchema(resolve(directory, file));
    const validate = compileSchema(given as JsonObject, file ?? "the inline schema");
    return ruleScorer(({ output }) => {
      const answer = parseJsonAnswer(output, allow_fence);
      if (!answer.ok) return { value: 0, feedback: answer.problem };
      const problems = validate(answer.value);
      if (problems.length === 0) return { value: 1 };
      return { value: 0, feedback: `the JSON breaks its schema: ${listSome(problems, "; ", 10)}` };
    });
  },
});

function readSchema(path: string): JsonObject {
  const hint = "`file` of json_schema is relative to the folder of the config";
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new PluginError(`json_schema: could not read ${path} as JSON: ${reason}`, { hint, cause });
  }
  if (!isJsonObject(parsed))
    throw new PluginError(`json_schema: ${path} contains no schema object`, { hint });
  return parsed;
}
