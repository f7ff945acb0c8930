import type { JsonObject, JsonValue } from "../../../core/data/json.ts";
import { UsageError } from "../../../core/errors.ts";
import type { ChatMessage } from "../../../core/prompt/message.ts";
import type { TemplateRenderer } from "../../../core/template/template-renderer.ts";
import { checkToolChoice } from "../../../registry/changes/allowed-values.ts";
import type { CallDetails } from "../version/choose-version.ts";

interface CallText {
  /** Messages for a chat, or a text for `endpoint: complete`. */
  readonly prompt: readonly ChatMessage[] | string;
  /** Inputs that no variable takes. */
  readonly notes: readonly string[];
}

/**
 * The template with its variables filled in and the call's messages after it. Rejects with UsageError naming every
 * missing variable, and where template and endpoint do not go together.
 */
export async function textOfCall(
  templates: TemplateRenderer,
  version: CallDetails,
  inputs: JsonObject,
  messages: readonly ChatMessage[],
): Promise<CallText> {
  const { template, templateLanguage, model, path } = version;
  const endpoint = model.endpoint ?? "chat";
  // A chat prompt without a template is only a model configuration for the call's messages.
  const isBare = template === "" && endpoint === "chat";
  const variables = await templates.variables(template, templateLanguage);
  const rendered = isBare ? [] : await templates.render(template, templateLanguage, inputs);
  const notes = unusedInputs(variables, inputs);
  if (endpoint === "chat") {
    const prompt = [...rendered, ...messages];
    if (prompt.length > 0) return { prompt, notes };
    throw new UsageError(`there is nothing to send: ${path} has no template, and no messages were given`);
  }
  if (endpoint !== "complete") {
    throw new UsageError(`a prompt with endpoint "${endpoint}" cannot be called`, {
      hint: "file a version with endpoint: chat or complete",
    });
  }
  if (typeof template !== "string") {
    throw new UsageError(`${path} has endpoint: complete and a template of messages`, {
      hint: "file a version whose template is one text, or with endpoint: chat",
    });
  }
  if (messages.length > 0) {
    throw new UsageError(`${path} has endpoint: complete, which takes no messages`, {
      hint: "put what they say into the inputs, or file a version with endpoint: chat",
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

/** What holds for a call, and what is sent of it. */
interface ToolChoice {
  readonly choice: JsonValue;
  /** Endpoints refuse a choice where there is nothing to choose from. */
  readonly isSent: boolean;
}

/**
 * The choice that was given, with the call or else with the prompt; without one `auto` where there are tools and
 * `none` where there are not. Throws UsageError for a choice that is none, or that needs a tool which is not there.
 */
export function chooseTools(given: JsonValue | undefined, tools: readonly JsonObject[]): ToolChoice {
  if (given === undefined || given === null) {
    return { choice: tools.length > 0 ? "auto" : "none", isSent: tools.length > 0 };
  }
  checkToolChoice(given, tools);
  return { choice: given, isSent: tools.length > 0 };
}
