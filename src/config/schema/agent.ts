import { z } from "zod";
import { ignoredAgentKeys } from "../layout.ts";
import { jsonObject, name, reference, withoutEffect } from "./fields.ts";
import { modelSchema } from "./model.ts";
import { promptSchema } from "./prompt.ts";

const run = z
  .strictObject({
    module: name().optional().describe("path of a module with an async function as its default export"),
    command: z
      .union([name(), z.array(z.string()).min(1)])
      .optional()
      .describe(
        "program with arguments; runs once per row, with one JSON object on stdin and the answer on stdout",
      ),
    http: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe("URL that receives the same object in a POST request"),
  })
  .describe("your own application instead of one model call: module, command or http");

/** An entry of `agents`, as written. */
export const agentSchema = z
  .strictObject({
    name: name().optional().describe("shown in tables and reports; default: its key"),
    description: z.string().optional().describe("free text"),
    model: reference(modelSchema).describe("target model: an object, or the key or name of a model"),
    prompt: reference(promptSchema)
      .optional()
      .describe("prompt of the agent: an object, the key or name of a prompt, or the text itself"),
    tools: z
      .array(z.union([z.string(), jsonObject()]))
      .default([])
      .describe("OpenAI tool schemas, passed through; dao-ai's own tools are ignored"),
    run: run.optional(),
    ...withoutEffect(ignoredAgentKeys),
  })
  .meta({
    id: "agent",
    description: "the system under optimization: a model with a prompt, or your own application",
  });

export type WrittenAgent = z.output<typeof agentSchema>;
export type WrittenAgentRun = z.output<typeof run>;
