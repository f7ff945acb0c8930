import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import { parseHumanloopBody } from "../prompt-file/humanloop-tags.ts";
import type { PromptFormat, PromptNote } from "./prompt-format.ts";

/** Humanloop's `.agent` files: a prompt with tools that may end its loop. The prompt in it is read. */
export const humanloopAgent: PromptFormat = {
  name: "Humanloop agent",
  recognizes: ({ file, frontMatter }) => /\.agent$/i.test(file) || "max_iterations" in frontMatter,
  read({ frontMatter, body, bodyLine, lineOf }) {
    const { max_iterations: iterations, tools, ...keys } = frontMatter;
    const warnings: PromptNote[] = [];
    const warn = (key: string, message: string) => {
      const line = lineOf(key);
      warnings.push({ ...(line === undefined ? {} : { line }), message });
    };
    if (iterations !== undefined)
      warn(
        "max_iterations",
        "max_iterations is left out: a prompt makes one call, the application runs the loop",
      );
    const read = toolsOf(tools);
    if (read.linked > 0)
      warn(
        "tools",
        `${read.linked} linked ${read.linked === 1 ? "tool is" : "tools are"} left out: only an id is here`,
      );
    if (read.hasActions) warn("tools", "on_agent_call is left out: the application decides when to stop");
    const { template, problems } = parseHumanloopBody(body);
    return {
      keys: {
        ...keys,
        ...(read.tools.length === 0 ? {} : { tools: read.tools }),
        ...("template" in keys ? {} : { template }),
      },
      warnings,
      problems: problems.map(({ line, message }) => ({ line: bodyLine + line - 1, message })),
    };
  },
};

function toolsOf(value: JsonValue | undefined) {
  const list = Array.isArray(value) ? (value as readonly JsonValue[]).filter(isJsonObject) : [];
  const tools = list.flatMap((tool): JsonObject[] => {
    const { on_agent_call: _, type, ...rest } = tool;
    if (type === "file" || isJsonObject(tool["link"])) return [];
    return [isJsonObject(tool["json_schema"]) ? tool["json_schema"] : rest];
  });
  return {
    tools,
    linked: list.length - tools.length,
    hasActions: list.some((tool) => tool["on_agent_call"] !== undefined),
  };
}
