import type { JsonObject, JsonValue } from "../../../core/data/json.ts";
import { UsageError } from "../../../core/errors.ts";
import type { ChatMessage } from "../../../core/prompt/message.ts";
import type { TemplateRenderer } from "../../../core/template/template-renderer.ts";
import { checkToolChoice } from "../../../registry/changes/allowed-values.ts";
import type { CallDetails } from "../version/choose-version.ts";

interface CallText {
  /** Messages for a chat, text for `endpoint: complete`. */
  readonly prompt: readonly ChatMessage[] | string;
  /** Notes on inputs without a variable. */
  readonly notes: readonly string[];
}

/**
 * The template with its variables filled in, followed by the call's messages. Rejects with UsageError that names
 * every missing variable, or if the template does not fit the endpoint.
 */
export async function textOfCall(
  templates: TemplateRenderer,
  version: CallDetails,
  inputs: JsonObject,
  messages: readonly ChatMessage[],
): Promise<CallText> {
  const { template, templateLanguage, model, path } = version;
  const endpoint = model.endpoint ?? "chat";
  // A chat prompt without a template only configures the model for the call's messages.
  const isBare = template === "" && endpoint === "chat";
  const variables = await templates.variables(template, templateLanguage);
  const rendered = isBare ? [] : await templates.render(template, templateLanguage, inputs);
  const notes = unusedInputs(variables, inputs);
  if (endpoint === "chat") {
    const prompt = [...rendered, ...messages];
    if (prompt.length > 0) return { prompt, notes };
    throw new UsageError(`there is nothing to send: ${path} has no template and the call has no messages`);
  }
  if (endpoint !== "complete") {
    throw new UsageError(`a prompt with endpoint "${endpoint}" cannot be called`, {
      hint: "store a version with endpoint: chat or complete",
    });
  }
  if (typeof template !== "string") {
    throw new UsageError(`${path} has endpoint: complete but its template is a list of messages`, {
      hint: "store a version whose template is one text, or use endpoint: chat",
    });
  }
  if (messages.length > 0) {
    throw new UsageError(`${path} has endpoint: complete, which does not accept messages`, {
      hint: "pass the text as inputs, or store a version with endpoint: chat",
    });
  }
  return { prompt: String(rendered[0]?.content ?? ""), notes };
}

function unusedInputs(variables: readonly string[], inputs: JsonObject): readonly string[] {
  const names = Object.keys(inputs);
  const unused = names.filter((name) => !variables.includes(name));
  if (unused.length === 0) return [];
  const has = variables.length === 0 ? "the prompt has none" : `the prompt has ${variables.join(", ")}`;
  return [
    `no variable takes ${unused.length === 1 ? "the input" : "the inputs"} ${unused.join(", ")}; ${has}`,
  ];
}

/** The tool choice of a call, and whether it is sent. */
interface ToolChoice {
  readonly choice: JsonValue;
  /** Endpoints reject a tool choice without tools. */
  readonly isSent: boolean;
}

/**
 * The choice of the call, else of the prompt; by default `auto` with tools and `none` without. Throws UsageError
 * for an invalid choice or one that names a missing tool.
 */
export function chooseTools(given: JsonValue | undefined, tools: readonly JsonObject[]): ToolChoice {
  if (given === undefined || given === null) {
    return { choice: tools.length > 0 ? "auto" : "none", isSent: tools.length > 0 };
  }
  checkToolChoice(given, tools);
  return { choice: given, isSent: tools.length > 0 };
}
