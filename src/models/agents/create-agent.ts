import { basename } from "node:path";
import type { AgentInput, AgentRunSpec } from "../../contracts/agent.ts";
import type { AgentAttempt } from "../../contracts/worker-pool.ts";
import { AgentError, PluginError, thrownReason } from "../../core/errors.ts";
import { importModule } from "../../plugins/load-module.ts";
import { readAnswerValue, withAgentDeadline } from "./agent-answer.ts";
import { createCommandAttempts } from "./command-agent.ts";
import { createHttpAttempt } from "./http-agent.ts";

/** Makes single attempts at an application's answers. */
export interface AgentAttempts {
  readonly attempt: AgentAttempt;
  /** Closes open processes. */
  readonly close?: () => Promise<void>;
}

/**
 * Opens the application that the spec describes. Relative module paths are resolved against `directory`. Rejects
 * with PluginError if a module cannot be loaded.
 */
export async function createAgentAttempts(
  spec: AgentRunSpec,
  { timeoutMs, directory }: { readonly timeoutMs: number; readonly directory: string },
): Promise<AgentAttempts> {
  switch (spec.kind) {
    case "module":
      return { attempt: await createModuleAttempt(spec.path, directory, timeoutMs) };
    case "command":
      return createCommandAttempts(spec.command, spec.directory, timeoutMs);
    case "http":
      return { attempt: createHttpAttempt(spec.url, timeoutMs) };
  }
}

/**
 * Runs the user's application as an async function: the default export of a module, called with `{inputs,
 * prompts, model}` and `{signal}`. Rejects with PluginError if there is no such function.
 */
async function createModuleAttempt(
  path: string,
  directory: string,
  timeoutMs: number,
): Promise<AgentAttempt> {
  const exported = await importModule(path, directory);
  const run = exported["default"];
  if (typeof run !== "function") {
    throw new PluginError(`${path}: the default export is not a function`, {
      hint: "export default async function ({ inputs, prompts, model }) { return text; }",
    });
  }
  const who = `agent ${basename(path)}`;
  const call = async (input: AgentInput, signal: AbortSignal): Promise<unknown> => {
    try {
      return await run(structuredClone(input), { signal });
    } catch (cause) {
      throw new AgentError(`${who} threw: ${thrownReason(cause)}`, { cause });
    }
  };
  return (input, { signal }) =>
    withAgentDeadline({ who, timeoutMs, signal }, async (inner) => {
      const startedAt = performance.now();
      const value = await call(input, inner);
      return readAnswerValue(value, who, performance.now() - startedAt);
    });
}
