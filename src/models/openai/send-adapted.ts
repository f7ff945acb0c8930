import type { Adaptation, AdaptationLog } from "../../contracts/language-model.ts";
import type { JsonObject, JsonValue } from "../../core/data/json.ts";
import type { TokenUsage } from "../../core/usage.ts";
import { BodyFault } from "./errors/body-fault.ts";
import { refusalOf } from "./errors/openai-errors.ts";
import { unsupportedIn } from "./unsupported.ts";

/** A body adapted to its model. */
interface AdaptedBody {
  readonly body: JsonObject;
  /** What was changed, for example `temperature` or `max_tokens as max_completion_tokens`. */
  readonly adapted: readonly string[];
}

const roles: ReadonlySet<string> = new Set(["system", "developer"]);

/** Applies a model's known adaptations to a body, in the order they were learned. */
function adaptBody(asked: JsonObject, known: readonly Adaptation[]): AdaptedBody {
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
  if (parameter === "messages[].name") return withoutNames(body);
  if (parameter === "response_format.json_schema") return withPlainJson(body);
  if (!(parameter in body)) return body;
  const { [parameter]: value, ...rest } = body;
  return sentAs === undefined || sentAs in rest ? rest : { ...rest, [sentAs]: value as JsonValue };
}

function withoutNames(body: JsonObject): JsonObject {
  const messages = messagesOf(body);
  if (!messages.some((message) => "name" in message)) return body;
  return { ...body, messages: messages.map(({ name: _, ...message }) => message as JsonObject) };
}

function withPlainJson(body: JsonObject): JsonObject {
  const format = body["response_format"] as JsonObject | undefined;
  return format?.["type"] === "json_schema" ? { ...body, response_format: { type: "json_object" } } : body;
}

function messagesOf(body: JsonObject): readonly JsonObject[] {
  return Array.isArray(body["messages"]) ? (body["messages"] as readonly JsonObject[]) : [];
}

/**
 * Changes the role of messages. As `user`, they are prepended to the next user message, because turns must
 * alternate.
 */
function withRole(body: JsonObject, { parameter, sentAs = "user" }: Adaptation): JsonObject {
  const messages = messagesOf(body);
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

interface AdaptedSending {
  readonly body: JsonObject;
  readonly modelKey: string;
  /** What the provider rejects for every model: applied before the first request. */
  readonly quirks?: readonly Adaptation[];
  readonly log: AdaptationLog;
  /** Called once per adaptation, when it is learned. */
  readonly onLearned: (adaptation: Adaptation) => void;
  /** Called for an error inside a 200 response, which is billed; false prevents another request. */
  readonly mayPay?: (usage: TokenUsage) => boolean;
}

/** More consecutive rejections than this have another cause. */
const mostRounds = 12;

/**
 * Sends a body adapted to its model. If the response rejects a parameter, records that and sends the body again
 * without it: such a response is not billed and does not count as an attempt. Other errors are rethrown.
 */
export async function sendAdapted<Answer>(
  { body: asked, modelKey, quirks = [], log, onLearned, mayPay }: AdaptedSending,
  send: (body: JsonObject) => Promise<Answer>,
): Promise<{ readonly answer: Answer } & Pick<AdaptedBody, "adapted">> {
  const known = () => [...quirks, ...log.known(modelKey)];
  let { body, adapted } = adaptBody(asked, known());
  for (let round = 1; ; round++) {
    try {
      return { answer: await send(body), adapted };
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal === undefined || round > mostRounds) throw error;
      for (const adaptation of unsupportedIn(refusal, body)) {
        // Another call may have learned it in the meantime.
        if (!isKnown(adaptation, known())) {
          log.note(modelKey, adaptation);
          onLearned(adaptation);
        }
      }
      const next = adaptBody(asked, known());
      if (JSON.stringify(next.body) === JSON.stringify(body)) throw error;
      const isPaid = error instanceof BodyFault && mayPay !== undefined;
      if (isPaid && !mayPay({ inputTokens: 0, outputTokens: 0, ...error.usage })) throw error;
      ({ body, adapted } = next);
    }
  }
}

/** Already known, or the reverse of a renaming that was rejected before. */
function isKnown({ parameter, sentAs }: Adaptation, known: readonly Adaptation[]): boolean {
  return known.some(
    (one) =>
      one.parameter === parameter ||
      (sentAs !== undefined && one.parameter === sentAs && one.sentAs === parameter),
  );
}
