import type { Agent, AgentRunSpec } from "../../contracts/agent.ts";
import { systemClock } from "../timing/clock.ts";
import { createCommandAgent } from "./command-agent.ts";
import { type AgentRetries, createHttpAgent } from "./http-agent.ts";
import { createModuleAgent } from "./module-agent.ts";

const noRetries: AgentRetries = { retries: 0, patienceMs: 0, clock: systemClock, random: Math.random };

/**
 * The user's application, reached the way its spec says. Rejects with PluginError when a module
 * cannot be loaded. A relative module path is looked up in `directory`.
 */
export async function createAgent(
  spec: AgentRunSpec,
  {
    timeoutMs,
    directory,
    retries = noRetries,
  }: { readonly timeoutMs: number; readonly directory: string; readonly retries?: AgentRetries },
): Promise<Agent> {
  switch (spec.kind) {
    case "module":
      return createModuleAgent(spec.path, directory, timeoutMs);
    case "command":
      return createCommandAgent(spec.command, spec.directory, timeoutMs);
    case "http":
      return createHttpAgent(spec.url, timeoutMs, retries);
  }
}
