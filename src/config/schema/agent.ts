import { z } from "zod";
import { jsonObject, name, reference, withoutEffect } from "./fields.ts";
import { modelSchema } from "./model.ts";
import { promptSchema } from "./prompt.ts";

export const ignoredAgentKeys = [
  "create_agent_hook",
  "guardrails",
  "handoff_prompt",
  "middleware",
  "recursion_limit",
  "requires",
  "response_format",
  "skills",
] as const;

const run = z
  .strictObject({
    module: name().optional().describe("path of a module whose default export is an async function"),
    command: z
      .union([name(), z.array(z.string()).min(1)])
      .optional()
      .describe(
        "program with its arguments; a process a row, one JSON object on stdin, the answer on stdout",
      ),
    http: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe("address that the same object is posted to"),
  })
  .describe("the user's own application in place of one model call: module, command or http");

/** An entry of `agents`, as written. */
export const agentSchema = z
  .strictObject({
    name: name().optional().describe("shown in tables and reports; default: its key"),
    description: z.string().optional().describe("for readers"),
    model: reference(modelSchema).describe("the target model: a model, or the key or name of one"),
    prompt: reference(promptSchema)
      .optional()
      .describe("the prompt in use: a prompt, or the key or name of one"),
    tools: z
      .array(z.union([z.string(), jsonObject()]))
      .default([])
      .describe("OpenAI tool schemas, passed through; dao-ai's own tools are left out"),
    run: run.optional(),
    ...withoutEffect(ignoredAgentKeys),
  })
  .meta({ id: "agent", description: "what answers: a model with a prompt, or an application of your own" });

export type WrittenAgent = z.output<typeof agentSchema>;
export type WrittenAgentRun = z.output<typeof run>;
