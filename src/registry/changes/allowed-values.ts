import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import { ConfigError, UsageError } from "../../core/errors.ts";
import type { ModelConfiguration } from "../../core/prompt/prompt.ts";
import { nearNames } from "../../core/text/near-names.ts";

/** A value that requests must not set. */
interface ValueProblem {
  /** Key as in requests: `top_p`. */
  readonly key: string;
  readonly message: string;
}

type Values = Partial<ModelConfiguration>;

const ranges = [
  ["temperature", "temperature", 0, 2],
  ["topP", "top_p", 0, 1],
  ["presencePenalty", "presence_penalty", -2, 2],
  ["frequencyPenalty", "frequency_penalty", -2, 2],
] as const satisfies readonly (readonly [keyof Values, string, number, number])[];

const responseFormats: readonly string[] = ["text", "json_object", "json_schema"];
/** OpenAI's enum. */
const efforts: readonly string[] = ["none", "minimal", "low", "medium", "high", "xhigh", "max"];
const choiceWords: readonly string[] = ["none", "auto", "required"];
const choiceForms = 'none, auto, required or {"type": "function", "function": {"name": …}}';

/**
 * Checks values of upsert and call requests, over HTTP and on the command line. Stored versions may hold any
 * values, so the registry itself does not check.
 */
function valueProblems(values: Values): readonly ValueProblem[] {
  const { maxTokens, responseFormat, reasoningEffort, toolChoice, tools = [] } = values;
  const problems: ValueProblem[] = [];
  const add = (key: string, message: string | undefined) => {
    if (message !== undefined) problems.push({ key, message });
  };
  for (const [name, key, low, high] of ranges) {
    const value = values[name];
    const isInside = value === undefined || (value >= low && value <= high);
    add(key, isInside ? undefined : `must be from ${low} to ${high}, got ${value}`);
  }
  if (maxTokens !== undefined && maxTokens < -1)
    add("max_tokens", `must be at least -1 (-1: no limit), got ${maxTokens}`);
  if (responseFormat !== undefined) add("response_format.type", formatProblem(responseFormat["type"]));
  if (reasoningEffort !== undefined) add("reasoning_effort", effortProblem(reasoningEffort));
  if (toolChoice !== undefined) add("tool_choice", toolChoiceProblem(toolChoice, tools));
  return problems;
}

/**
 * Throws ConfigError naming every forbidden value. `prefix` precedes each key (`prompt.`); `file` names the
 * source.
 */
export function checkValues(values: Values, file: string, prefix = ""): void {
  const problems = valueProblems(values);
  if (problems.length === 0) return;
  const issues = problems.map(({ key, message }) => ({ file, path: `${prefix}${key}`, message }));
  throw new ConfigError(issues, { subject: "the prompt" });
}

/** Throws UsageError for an invalid tool choice, or one that needs a tool the prompt lacks. */
export function checkToolChoice(choice: JsonValue, tools: readonly JsonObject[]): void {
  const problem = toolChoiceProblem(choice, tools);
  if (problem !== undefined) throw new UsageError(`tool choice ${JSON.stringify(choice)} ${problem}`);
}

function toolChoiceProblem(choice: JsonValue, tools: readonly JsonObject[]): string | undefined {
  const wanted = toolNameIn(choice);
  if (wanted === undefined && (typeof choice !== "string" || !choiceWords.includes(choice)))
    return `is unknown; use ${choiceForms}`;
  const names = tools.map(toolName);
  if (choice === "required" && names.length === 0) return "requires a tool, but the prompt has no tools";
  if (wanted === undefined || names.includes(wanted)) return undefined;
  if (names.length === 0) return `names the tool "${wanted}", but the prompt has no tools`;
  const near = nearNames(wanted, names);
  const guess =
    near.length === 0 ? `its tools are ${names.join(", ")}` : `did you mean ${near.join(" or ")}?`;
  return `names a tool that the prompt does not have: "${wanted}"; ${guess}`;
}

function toolNameIn(choice: JsonValue): string | undefined {
  const asked = isJsonObject(choice) ? choice["function"] : undefined;
  return isJsonObject(asked) && typeof asked["name"] === "string" ? asked["name"] : undefined;
}

function toolName(tool: JsonObject): string {
  const inner = isJsonObject(tool["function"]) ? tool["function"] : tool;
  return String(inner["name"] ?? "");
}

function formatProblem(type: JsonValue | undefined): string | undefined {
  if (typeof type === "string" && responseFormats.includes(type)) return undefined;
  const got = type === undefined ? "it is missing" : `got ${JSON.stringify(type)}`;
  return `must be one of ${responseFormats.join(", ")}; ${got}`;
}

function effortProblem(effort: string | number): string | undefined {
  if (typeof effort === "string")
    return efforts.includes(effort) ? undefined : `must be one of ${efforts.join(", ")}, got "${effort}"`;
  return effort >= -1 ? undefined : `must be a number of tokens, got ${effort}`;
}
