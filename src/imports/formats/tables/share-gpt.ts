import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/data/json.ts";
import { isMessageList } from "../../../core/prompt/message.ts";
import { parsedMember } from "../../json-members.ts";
import type { RowShape } from "./row-shape.ts";

/** Speakers of ShareGPT and of the trainers that read it (LLaMA-Factory, Axolotl). */
const roles: Readonly<Record<string, string>> = {
  ...{ human: "user", user: "user", system: "system" },
  ...{ gpt: "assistant", assistant: "assistant", chatgpt: "assistant", bing: "assistant", bard: "assistant" },
  ...{ model: "assistant", function_call: "assistant", observation: "tool", tool: "tool" },
};

/** Members that hold the turns. */
const holders = ["conversations", "conversation"];

/**
 * Conversations of ShareGPT: `{conversations: [{from: "human", value: "…"}, …]}`, with `system` beside them where it is
 * no turn. The last turn of the assistant is the answer.
 */
export const shareGpt: RowShape = {
  name: "ShareGPT",
  members: [...holders, "system"],
  recognizes: (value) => turnsOf(value) !== undefined,
  row(value) {
    const { system, ...others } = value;
    const messages: JsonObject[] =
      typeof system === "string" && system !== "" ? [{ role: "system", content: system }] : [];
    for (const turn of turnsOf(value) ?? []) {
      const from = String(turn["from"] ?? turn["role"]);
      const role = roles[from.toLowerCase()];
      if (role === undefined)
        return { problem: `a turn from "${from}", which is neither human, gpt, system nor tool` };
      messages.push({ role, content: turn["value"] ?? turn["content"] ?? "" });
    }
    const rest = Object.entries(others).filter(([name]) => !holders.includes(name));
    return { row: { messages, ...Object.fromEntries(rest) } };
  },
};

function turnsOf(value: JsonObject): readonly JsonObject[] | undefined {
  for (const holder of holders) {
    const turns = parsedMember(value[holder]);
    if (Array.isArray(turns) && turns.length > 0 && (turns.every(isTurn) || isMessageList(turns)))
      return turns;
  }
  return undefined;
}

function isTurn(turn: JsonValue): turn is JsonObject {
  return isJsonObject(turn) && typeof turn["from"] === "string" && typeof turn["value"] === "string";
}
