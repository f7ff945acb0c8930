import { basename } from "node:path";
import type { Agent, AgentInput } from "../../contracts/agent.ts";
import { AgentError, PluginError, thrownReason } from "../../core/errors.ts";
import { importModule } from "../../plugins/load-module.ts";
import { readAnswerValue } from "./agent-answer.ts";
import { withAgentDeadline } from "./agent-deadline.ts";

/**
 * The user's application as an async function of a module: its default export, called with
 * `{inputs, prompts, model}` and `{signal}`. Rejects with PluginError when there is no such function.
 */
export async function createModuleAgent(path: string, directory: string, timeoutMs: number): Promise<Agent> {
  const exported = await importModule(path, directory);
  const run = exported["default"];
  if (typeof run !== "function") {
    throw new PluginError(`${path}: its default export is no function`, {
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
  return Object.freeze({
    run: (input: AgentInput, { signal }: { readonly signal?: AbortSignal }) =>
      withAgentDeadline({ who, timeoutMs, signal }, async (inner) => {
        const startedAt = performance.now();
        const value = await call(input, inner);
        return readAnswerValue(value, who, performance.now() - startedAt);
      }),
  });
}
