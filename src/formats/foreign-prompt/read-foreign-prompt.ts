import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import { ConfigError, type ConfigIssue } from "../../core/errors.ts";
import { splitPromptFile } from "../prompt-file/front-matter.ts";
import { jsonProblem, parseYaml } from "../yaml/parse-yaml.ts";
import { promptFormats } from "./index.ts";
import type { PromptNote, PromptSource } from "./prompt-format.ts";

/** A prompt of another tool under the keys of a `.prompt` file. */
export interface ForeignPrompt {
  /** Name of the format. */
  readonly format: string;
  /** Name in its tool. */
  readonly name?: string;
  /** Unchecked. */
  readonly keys: JsonObject;
  /** What was left out, with its place. */
  readonly warnings: readonly PromptNote[];
}

/**
 * Reads a prompt file of another tool; undefined if no format recognizes it. Throws ConfigError listing everything
 * in it that has no counterpart here and cannot be left out.
 */
export function readForeignPrompt(text: string, file: string): ForeignPrompt | undefined {
  const source = promptSource(text, file);
  const format = promptFormats.find(({ recognizes }) => recognizes(source));
  if (format === undefined) return undefined;
  const { keys, name, warnings, problems } = format.read(source);
  const [first] = problems;
  if (first !== undefined) {
    const issues = problems.map(
      ({ line, message, hint }): ConfigIssue => ({
        file,
        path: "",
        message,
        ...(line === undefined ? {} : { line, column: 1 }),
        ...(hint === undefined ? {} : { hint }),
      }),
    );
    throw new ConfigError(issues, { subject: `the ${format.name}` });
  }
  return { format: format.name, keys, warnings, ...(name === undefined ? {} : { name }) };
}

function promptSource(text: string, file: string): PromptSource {
  const whole = liftComments(text.replace(/^\uFEFF/, ""), file);
  const parts = splitPromptFile(whole);
  const yaml = parts.frontMatter === undefined ? undefined : parseYaml(parts.frontMatter);
  const value = yaml?.value as JsonValue | undefined;
  const hasFrontMatter =
    yaml !== undefined && yaml.problems.length === 0 && (value === null || isJsonObject(value));
  return {
    file,
    text: whole,
    frontMatter: hasFrontMatter && isJsonObject(value) ? value : {},
    hasFrontMatter,
    body: parts.isUnclosed
      ? ""
      : (hasFrontMatter || parts.frontMatter === undefined ? parts.body : "").replaceAll("\r\n", "\n"),
    bodyLine: parts.bodyLine,
    lineOf: (key) => {
      const line = yaml?.locate([key])?.line;
      return line === undefined ? undefined : line + 1;
    },
    json: jsonOf(whole, file),
  };
}

/**
 * Moves comment lines above the front matter into it, as dotprompt allows them there. Every line keeps its number.
 */
export function liftComments(text: string, file: string): string {
  if (!/\.(prompt|dotprompt|prompty|agent)$/i.test(file)) return text;
  const lines = text.split("\n");
  const at = lines.findIndex((line) => !/^\s*(#.*)?$/.test(line));
  if (at < 1 || !/^---[ \t]*\r?$/.test(lines[at] ?? "")) return text;
  return [lines[at], ...lines.slice(0, at), ...lines.slice(at + 1)].join("\n");
}

function jsonOf(text: string, file: string): JsonValue | undefined {
  if (/\.(prompt|prompty|md|agent)$/i.test(file) || !/^\s*\{/.test(text)) return undefined;
  try {
    const value: JsonValue = JSON.parse(text);
    return jsonProblem(value) === undefined ? value : undefined;
  } catch {
    return undefined;
  }
}
