import type { Adaptation } from "../../contracts/language-model.ts";
import type { JsonObject, JsonValue } from "../../core/data/json.ts";

/** A body as its model takes it. */
export interface AdaptedBody {
  readonly body: JsonObject;
  /** What is different in it, for example `temperature` or `max_tokens as max_completion_tokens`. */
  readonly adapted: readonly string[];
}

const roles: ReadonlySet<string> = new Set(["system", "developer"]);

/** Applies what is known of a model to a body, in the order in which it was learned. */
export function adaptBody(asked: JsonObject, known: readonly Adaptation[]): AdaptedBody {
  let body = asked;
  const adapted: string[] = [];
  for (const adaptation of known) {
    const next = roles.has(adaptation.parameter) ? withRole(body, adaptation) : withMember(body, adaptation);
    if (next === body) continue;
    body = next;
    adapted.push(describeAdaptation(adaptation));
  }
  return { body, adapted };
}

function describeAdaptation({ parameter, sentAs }: Adaptation): string {
  const name = roles.has(parameter) ? `${parameter} role` : parameter;
  return sentAs === undefined ? name : `${name} as ${sentAs}`;
}

function withMember(body: JsonObject, { parameter, sentAs }: Adaptation): JsonObject {
  if (!(parameter in body)) return body;
  const { [parameter]: value, ...rest } = body;
  return sentAs === undefined || sentAs in rest ? rest : { ...rest, [sentAs]: value as JsonValue };
}

/** Messages of one role in another. As `user` they are put in front of the next user message: turns must alternate. */
function withRole(body: JsonObject, { parameter, sentAs = "user" }: Adaptation): JsonObject {
  const messages = Array.isArray(body["messages"]) ? (body["messages"] as readonly JsonObject[]) : [];
  if (!messages.some(({ role }) => role === parameter)) return body;
  if (sentAs !== "user") {
    return {
      ...body,
      messages: messages.map((message) =>
        message["role"] === parameter ? { ...message, role: sentAs } : message,
      ),
    };
  }
  const merged: JsonObject[] = [];
  let held: JsonObject | undefined;
  for (const message of messages) {
    const isMoved = message["role"] === parameter;
    if (!isMoved && message["role"] !== "user" && held !== undefined) {
      merged.push(held);
      held = undefined;
    }
    const turned = isMoved ? { ...message, role: "user" } : message;
    const joined = held === undefined ? turned : join(held, turned);
    held = isMoved ? joined : undefined;
    if (!isMoved) merged.push(joined);
  }
  return { ...body, messages: held === undefined ? merged : [...merged, held] };
}

function join(first: JsonObject, second: JsonObject): JsonObject {
  const [one, other] = [first["content"], second["content"]];
  if (typeof one === "string" && typeof other === "string")
    return { ...second, content: `${one}\n\n${other}` };
  return { ...second, content: [...partsOf(one), ...partsOf(other)] };
}

function partsOf(content: JsonValue | undefined): readonly JsonValue[] {
  if (Array.isArray(content)) return content;
  return typeof content === "string" ? [{ type: "text", text: content }] : [];
}
