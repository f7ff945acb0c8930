import { resolve } from "node:path";
import type { AgentRunSpec } from "../../contracts/agent.ts";
import { defined } from "../../core/defined.ts";
import type { AgentConfig } from "../config.ts";
import type { ConfigReferences } from "../config-references.ts";
import type { Problems } from "../problems.ts";
import type { Declared } from "../references.ts";
import type { WrittenAgent, WrittenAgentRun } from "../schema/agent.ts";

/** An agent as written → keys of its model and prompt, its tools, its application. */
export function normalizeAgent(
  { key, path, written }: Declared<WrittenAgent>,
  references: ConfigReferences,
  directory: string,
  problems: Problems,
): AgentConfig {
  const tools = written.tools.flatMap((tool, at) => {
    if (typeof tool === "object" && tool.type === "function") return [tool];
    problems.warn([...path, "tools", String(at)], "a tool of dao-ai cannot be run here and is left out");
    return [];
  });
  return defined({
    key,
    name: written.name ?? key,
    model: references.model.resolve(written.model, [...path, "model"]),
    prompt: written.prompt === undefined ? undefined : resolvePrompt(written.prompt, path, references),
    tools,
    run: written.run && normalizeRun(written.run, directory),
  });
}

/** In dao-ai an agent's prompt may be the text itself. */
function resolvePrompt(
  written: NonNullable<WrittenAgent["prompt"]>,
  path: readonly string[],
  { prompt }: ConfigReferences,
): string {
  const place = [...path, "prompt"];
  const isText = typeof written === "string" && /\n|\{\{/.test(written);
  if (!isText) return prompt.resolve(written, place);
  const inline = { default_template: written, template_language: "default", locked: [], tags: {} } as const;
  return prompt.resolve({ ...inline, locked: [...inline.locked] }, place);
}

function normalizeRun(written: WrittenAgentRun, directory: string): AgentRunSpec | undefined {
  if (written.module !== undefined) return { kind: "module", path: resolve(directory, written.module) };
  if (written.http !== undefined) return { kind: "http", url: written.http };
  if (written.command === undefined) return undefined;
  const command = typeof written.command === "string" ? written.command.trim().split(/\s+/) : written.command;
  return { kind: "command", command, directory };
}
