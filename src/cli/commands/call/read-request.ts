import type { PromptCallDetails, PromptCallRequest } from "../../../calls/prompt/prompt-call.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/data/json.ts";
import { ConfigError, UsageError } from "../../../core/errors.ts";
import type { ChatMessage } from "../../../core/prompt/message.ts";
import { readPromptInput } from "../../../formats/foreign-prompt/read-prompt-input.ts";
import { parseYaml } from "../../../formats/yaml/parse-yaml.ts";
import { parseReference } from "../../../registry/lookup/reference.ts";
import { isCalendarDay } from "../../../traces/read-trace-filter.ts";
import type { CliContext } from "../../context.ts";
import { missingModel, promptWarning, readUpsertInput } from "../registry/upsert.ts";

const roles: readonly string[] = ["system", "developer", "user", "assistant", "tool"];

/** Parses `key=value` pairs of a repeatable flag. Only the first `=` separates; the value is text. */
function readPairs(flag: string, texts: readonly string[]): Readonly<Record<string, string>> {
  const pairs = texts.map((text) => {
    const equals = text.indexOf("=");
    if (equals < 1) {
      throw new UsageError(`${flag} must be key=value, got "${text}"`, {
        hint: `write it as ${flag} name=text`,
      });
    }
    return [text.slice(0, equals).trim(), text.slice(equals + 1)] as const;
  });
  const twice = pairs.find(([key], at) => pairs.findIndex(([other]) => other === key) !== at);
  if (twice !== undefined) throw new UsageError(`${flag}: ${twice[0]} is set twice`);
  return Object.fromEntries(pairs);
}

/** Parses `role:text` values of `--message`. */
function readMessages(texts: readonly string[]): readonly ChatMessage[] {
  return texts.map((text) => {
    const colon = text.indexOf(":");
    const role = text.slice(0, Math.max(0, colon)).trim();
    if (roles.includes(role)) return { role, content: text.slice(colon + 1) };
    throw new UsageError(`--message must be role:text, got "${text}"`, {
      hint: `the role is one of ${roles.join(", ")}`,
    });
  });
}

type Options = Readonly<Record<string, unknown>>;

/** Builds the request from the reference and the flags. Rejects with UsageError or ConfigError. */
export async function readCallRequest(
  reference: string | undefined,
  options: Options,
  registryPath: string,
  context: CliContext,
): Promise<PromptCallRequest> {
  const text = (name: string) => textOf(options, name);
  const inputsFile = text("inputs");
  const promptFile = text("prompt");
  if (inputsFile === "-" && promptFile === "-") {
    throw new UsageError("--inputs - and --prompt - both read standard input", {
      hint: "read one of them from a file",
    });
  }
  const selector = reference === undefined ? undefined : parseReference(reference).selector;
  if (promptFile !== undefined && (selector ?? text("version") ?? text("environment")) !== undefined) {
    throw new UsageError("--prompt cannot be combined with a selector, --version or --environment", {
      hint: "the prompt in the file is a version of its own",
    });
  }
  const given =
    promptFile === undefined ? undefined : await readPromptDetails(promptFile, registryPath, context);
  const path = reference ?? given?.path;
  if (path === undefined) {
    throw new UsageError("no prompt reference given", {
      hint: "run `dao-opt registry list` to see the prompts; a path looks like main/default/hello",
    });
  }
  const inputs = inputsFile === undefined ? {} : await readInputsFile(inputsFile, registryPath, context);
  const messages = readMessages(listOf(options, "message"));
  const metadata = readPairs("--metadata", listOf(options, "metadata"));
  const toolChoice = text("toolChoice");
  const startTime = timeOf(options, "startTime", "--start-time");
  const endTime = timeOf(options, "endTime", "--end-time");
  if (startTime !== undefined && endTime !== undefined && endTime < startTime) {
    throw new UsageError(`--end-time ${text("endTime")} is before --start-time ${text("startTime")}`, {
      hint: "swap them: --start-time is the earlier one",
    });
  }
  return withoutUndefined({
    path,
    inputs: { ...inputs, ...readPairs("--input", listOf(options, "input")) },
    messages: messages.length === 0 ? undefined : messages,
    environment: text("environment"),
    versionId: text("version"),
    prompt: given?.prompt,
    numSamples: countOf(options, "numSamples", "--num-samples"),
    logprobs: countOf(options, "logprobs", "--logprobs"),
    toolChoice: toolChoice === undefined ? undefined : toolChoiceOf(toolChoice),
    suffix: text("suffix"),
    metadata: Object.keys(metadata).length === 0 ? undefined : metadata,
    user: text("user"),
    source: text("source"),
    logEnvironment: text("logEnvironment"),
    traceParentId: text("traceParent"),
    sourceDatapointId: text("sourceDatapoint"),
    startTime,
    endTime,
    save: options["save"] !== false,
    returnInputs: booleanOf(options, "returnInputs", "--return-inputs"),
  });
}

function textOf(options: Options, name: string): string | undefined {
  const value = options[name];
  return typeof value === "string" ? value : undefined;
}

function listOf(options: Options, name: string): readonly string[] {
  const value = options[name];
  return Array.isArray(value) ? value.map(String) : [];
}

function countOf(options: Options, name: string, flag: string): number | undefined {
  const text = textOf(options, name);
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text.trim())) return Number(text);
  throw new UsageError(`${flag} must be a whole number, got "${text}"`);
}

function booleanOf(options: Options, name: string, flag: string): boolean | undefined {
  const text = textOf(options, name)?.toLowerCase();
  if (text === undefined) return undefined;
  if (["true", "1", "yes", "on"].includes(text)) return true;
  if (["false", "0", "no", "off"].includes(text)) return false;
  throw new UsageError(`${flag} must be true or false, got "${text}"`);
}

function timeOf(options: Options, name: string, flag: string): string | undefined {
  const text = textOf(options, name);
  if (text === undefined) return undefined;
  const date = new Date(text);
  if (/^\d{4}-\d{2}-\d{2}/.test(text) && !isCalendarDay(text)) {
    throw new UsageError(`${flag}: ${text.slice(0, 10)} is not a date`, {
      hint: "write the time as 2026-11-21T16:00:00Z",
    });
  }
  if (/^\d{4}-\d{2}/.test(text) && !Number.isNaN(date.getTime())) return date.toISOString();
  throw new UsageError(`${flag} must be a time such as 2026-11-21T16:00:00Z, got "${text}"`);
}

/** none, auto, required, a JSON object in OpenAI's form, or the name of a tool. */
function toolChoiceOf(text: string): JsonValue {
  if (["none", "auto", "required"].includes(text)) return text;
  if (!text.trimStart().startsWith("{")) return { type: "function", function: { name: text } };
  try {
    const value: JsonValue = JSON.parse(text);
    if (isJsonObject(value)) return value;
  } catch {}
  throw new UsageError(`--tool-choice must be none, auto, required or the name of a tool, got "${text}"`);
}

type Given<Fields> = { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> };

function withoutUndefined<Fields extends object>(fields: Fields): Given<Fields> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Given<Fields>;
}

/** Reads an object of variables from a JSON or YAML file; `-` is standard input. */
async function readInputsFile(file: string, registryPath: string, context: CliContext): Promise<JsonObject> {
  const { text, shown } = await readUpsertInput(file, registryPath, context);
  // JSON is a subset of YAML. The parser rejects tags and excessive aliases.
  const { value, problems } = parseYaml(text);
  if (problems.length > 0) {
    throw new ConfigError(
      problems.map(({ message, line, column }) => ({ file: shown, path: "", message, line, column })),
      { subject: "the inputs" },
    );
  }
  if (isJsonObject(value)) return value;
  throw new UsageError(`--inputs: ${shown} does not contain an object of variables`, {
    hint: 'write it as {"text": "a fine day"}',
  });
}

/** Reads a prompt from a `.prompt`, YAML or JSON file, with the path from the file or its registry folder. */
async function readPromptDetails(
  file: string,
  registryPath: string,
  context: CliContext,
): Promise<{ readonly path: string | undefined; readonly prompt: PromptCallDetails }> {
  const { text, shown, own } = await readUpsertInput(file, registryPath, context);
  const { model, template, templateLanguage, path = own, warnings = [] } = readPromptInput(text, shown);
  for (const warning of warnings) context.stderr.write(`warning: ${promptWarning(warning)}\n`);
  if (model.model === undefined) throw new ConfigError([missingModel(shown)]);
  return { path, prompt: { model: { ...model, model: model.model }, template, templateLanguage } };
}
