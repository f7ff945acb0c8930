import { canonicalJson } from "../../core/data/digest.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import { isDaoOptError } from "../../core/errors.ts";
import type { ChatMessage } from "../../core/prompt/message.ts";
import { renderTemplate } from "../../core/template/template.ts";
import { messageRecord } from "../../traces/message-record.ts";
import { type Alignment, alignMessages, plainContent } from "./align-messages.ts";
import type { KnownTemplate } from "./known-template.ts";
import { type Cover, coverOf } from "./literal-cover.ts";
import type { MessageForm } from "./message-forms.ts";
import { solvePieces, type Values } from "./solve-pieces.ts";

/** Inputs with which a template renders the recorded messages. */
interface TemplateMatch {
  readonly inputs: JsonObject;
  /** The parts of the messages that are template text. */
  readonly cover: Cover;
}

export interface TemplateMatches {
  /** At most two, even if there are more. */
  readonly found: readonly TemplateMatch[];
  readonly isComplete: boolean;
}

/** Finds all ways in which a template can have produced the messages, verified by rendering. */
export function matchTemplate(
  known: KnownTemplate,
  forms: readonly MessageForm[],
  messages: readonly ChatMessage[],
): TemplateMatches {
  const found = new Map<string, TemplateMatch>();
  const wanted = comparable(messages);
  let isComplete = true;
  for (const form of forms) {
    const alignments = alignMessages(form.items, messages);
    isComplete &&= alignments.isComplete;
    for (const alignment of alignments.found) {
      const solutions = solvePieces([...alignment.equations.values()]);
      isComplete &&= solutions.isComplete;
      for (const values of solutions.found) {
        const inputs = inputsOf(form, values, alignment, known);
        if (inputs === undefined || !gives(known, inputs, wanted)) continue;
        found.set(canonicalJson(inputs), { inputs, cover: coverOf(alignment.equations, values) });
        if (found.size > 1) return { found: [...found.values()], isComplete };
      }
    }
  }
  return { found: [...found.values()], isComplete };
}

/** Undefined if the values violate a condition of the form. */
function inputsOf(
  { conditions }: MessageForm,
  values: Values,
  { histories }: Alignment,
  { language }: KnownTemplate,
): JsonObject | undefined {
  const flat = new Map<string, JsonValue>(values);
  for (const { variable, asks, holds } of conditions) {
    const value = values.get(variable);
    if (value === undefined && (asks === "truthy" || holds)) flat.set(variable, holds);
    if (value === "" && asks === "truthy" && holds) return undefined;
    if (value !== undefined && value !== "" && !holds) return undefined;
    if (value === "" && asks === "defined" && !holds) flat.delete(variable);
  }
  for (const [variable, messages] of histories) flat.set(variable, messages.map(messageRecord));
  return language === "jinja" ? nested(flat) : Object.fromEntries(flat);
}

/** In Jinja a dotted name is a member; in other languages it is a plain name. */
function nested(flat: ReadonlyMap<string, JsonValue>): JsonObject {
  const root: Record<string, JsonValue> = {};
  for (const [name, value] of flat) {
    const steps = name.split(".");
    const last = steps.pop() as string;
    let at = root;
    for (const step of steps) {
      const inner = at[step];
      const next: Record<string, JsonValue> = isJsonObject(inner) ? { ...inner } : {};
      at[step] = next;
      at = next;
    }
    at[last] = value;
  }
  return root;
}

function gives(known: KnownTemplate, inputs: JsonObject, wanted: string): boolean {
  try {
    return comparable(renderTemplate(known.template, known.language, inputs)) === wanted;
  } catch (error) {
    if (isDaoOptError(error)) return false;
    throw error;
  }
}

/**
 * The members that a rendered message can have. Others (`refusal`, `annotations` …) do not come from
 * templates.
 */
function comparable(messages: readonly ChatMessage[]): string {
  return canonicalJson(
    messages.map((message) => [
      message.role,
      plainContent(message) ?? message.content,
      message.name,
      message.toolCalls?.map(({ id, name, arguments: given }) => [id, name, given]) ?? [],
      message.toolCallId,
    ]),
  );
}
