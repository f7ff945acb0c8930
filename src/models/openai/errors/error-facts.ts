import { isJsonObject, type JsonObject } from "../../../core/data/json.ts";
import { embeddedJson, htmlText, isHtml } from "./error-text.ts";

/** The contents of an error body, however deeply nested. */
export interface ErrorFacts {
  /** The innermost reason on one line; empty if there is none. */
  readonly message: string;
  /** All texts of the body, one per line, for pattern matching. */
  readonly text: string;
  /** Codes, types and reasons, outermost first. */
  readonly codes: readonly string[];
  /** HTTP status inside the body, where gateways report the status of their upstream. */
  readonly status?: number;
  /** Parameters named as the cause. */
  readonly parameters: readonly string[];
  /** Google: exhausted quotas. */
  readonly quotas: readonly string[];
  /** Google: `retryDelay`, for example `38.6s`. */
  readonly retryDelays: readonly string[];
}

interface Found {
  readonly texts: string[];
  readonly codes: string[];
  readonly statuses: number[];
  readonly parameters: string[];
  readonly quotas: string[];
  readonly retryDelays: string[];
  readonly providers: string[];
}

const codeKeys = ["code", "type", "status", "reason", "error_code", "errorCode", "__type", "finish_reason"];
const textKeys = [
  "message",
  "Message",
  "msg",
  "error_message",
  "errorMessage",
  "external_model_message",
  "error_description",
];
const nestedKeys = [
  "error",
  "errors",
  "detail",
  "details",
  "metadata",
  "raw",
  "innererror",
  "inner_error",
  "violations",
  "fieldViolations",
  "description",
  "external_model_error",
  // Azure AI Foundry sends a whole completion with status 400; the reason is in its choice.
  "choices",
  "content_filter_results",
];
const deepest = 8;

/** Generic texts; the reason is further inside. */
const generic =
  /^(provider returned error|bad request|error|invalid request|internal server error|upstream error|request failed)\.?$/i;

/**
 * Reads an error body: text or JSON in the format of OpenAI, Azure, Google (also wrapped in a list), Anthropic,
 * Databricks, Bedrock, Mistral, FastAPI, vLLM, Ollama, LiteLLM or OpenRouter.
 */
export function readErrorFacts(body: unknown): ErrorFacts {
  const found: Found = {
    ...{ texts: [], codes: [], statuses: [], parameters: [], quotas: [], retryDelays: [], providers: [] },
  };
  visit(body, found, 0);
  const [status] = found.statuses;
  const reason = found.texts.find((text) => !generic.test(text)) ?? found.texts[0] ?? "";
  const [provider] = found.providers;
  const isNamed = provider === undefined || reason.includes(provider);
  return {
    message: isNamed ? reason : `${reason} (${provider})`,
    text: found.texts.join("\n"),
    codes: found.codes,
    ...(status === undefined ? {} : { status }),
    parameters: found.parameters,
    quotas: found.quotas,
    retryDelays: found.retryDelays,
  };
}

function visit(value: unknown, found: Found, depth: number): void {
  if (depth > deepest) return;
  if (typeof value === "string") visitText(value, found, depth);
  else if (Array.isArray(value)) visitList(value, found, depth);
  else if (isJsonObject(value)) visitObject(value, found, depth);
}

function visitText(text: string, found: Found, depth: number): void {
  if (isHtml(text)) {
    addText(htmlText(text), found);
    return;
  }
  const inner = embeddedJson(text);
  // The inner reason comes first: the text around it only names the gateway's own classes.
  if (inner !== undefined) visit(inner.value, found, depth + 1);
  if (inner?.isWhole !== true || found.texts.length === 0) addText(text, found);
}

/** A list of validation problems is one reason; any other list is a series of errors. */
function visitList(list: readonly unknown[], found: Found, depth: number): void {
  const problems = list.filter(isJsonObject).filter(({ loc, msg }) => Array.isArray(loc) && isText(msg));
  if (problems.length > 0 && problems.length === list.length) {
    addText(problems.map(problemText).join("; "), found);
    for (const { type } of problems) if (isText(type)) found.codes.push(type);
    return;
  }
  for (const one of list) visit(one, found, depth + 1);
}

function problemText({ loc, msg }: JsonObject): string {
  return `${(loc as readonly unknown[]).map(String).join(".")}: ${String(msg)}`;
}

function visitObject(object: JsonObject, found: Found, depth: number): void {
  for (const key of codeKeys) {
    const code = object[key];
    const status = typeof code === "string" && /^[45]\d\d$/.test(code) ? Number(code) : code;
    if (typeof status === "number" && status >= 400 && status < 600) found.statuses.push(status);
    else if (isText(code)) found.codes.push(code);
  }
  if (isText(object["param"])) found.parameters.push(object["param"]);
  for (const key of ["quotaId", "quota_limit"]) if (isText(object[key])) found.quotas.push(object[key]);
  if (isText(object["retryDelay"])) found.retryDelays.push(object["retryDelay"]);
  if (isText(object["provider_name"])) found.providers.push(object["provider_name"]);
  for (const key of [...textKeys, ...nestedKeys]) visit(object[key], found, depth + 1);
}

function addText(text: string, { texts }: Found): void {
  const line = text.replace(/\s+/g, " ").trim();
  if (line !== "" && !texts.includes(line)) texts.push(line);
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}
