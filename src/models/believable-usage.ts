import type { Completion, CompletionRequest } from "../contracts/language-model.ts";
import { isJsonObject } from "../core/data/json.ts";
import { messageText } from "../core/prompt/message.ts";
import { boundTokens, type TokenUsage } from "../core/usage.ts";
import { estimatedUsage } from "./estimated-usage.ts";

/** No model reads or writes more than this in one request. */
const largestContext = 2_000_000;
/** A request may be dearer than its texts by this factor, and by what a gateway or an image adds. */
const factor = 10;
const allowance = 200_000;

/** Usage as it is booked. */
export interface BelievedUsage {
  readonly usage: TokenUsage;
  /** Is a part of it an estimate? */
  readonly isEstimated: boolean;
}

type Answered = Pick<Completion, "text" | "reasoning" | "toolCalls" | "kind"> & {
  readonly usage?: Partial<TokenUsage> | undefined;
};

/**
 * The reported usage where it can be believed; an estimate from the texts, thinking included, for a side that is
 * missing, is no count, or is more than the request can have come to. `limit` is that of the output tokens.
 */
export function believableUsage(
  { messages, parameters }: CompletionRequest,
  answer: Answered,
  ownLimit?: number,
): BelievedUsage {
  const { usage, kind } = answer;
  if (kind === "filtered" && isJsonObject(usage) && isCount(usage.inputTokens) && isCount(usage.outputTokens))
    return { usage: usage as TokenUsage, isEstimated: false };
  const calls = answer.toolCalls.map(({ name, arguments: given }) => `${name}${given}`).join("");
  const written = `${answer.reasoning ?? ""}${answer.text}${calls}`;
  const estimate = (): TokenUsage => estimatedUsage(messages, written);
  if (!isJsonObject(usage)) return { usage: estimate(), isEstimated: true };
  const reported = usage as Partial<TokenUsage>;
  const isInput = isBelievable(reported.inputTokens, () =>
    messages.reduce((sum, message) => sum + boundTokens(messageText(message)), 0),
  );
  const limit = parameters?.maxTokens ?? ownLimit ?? -1;
  const isOutput =
    limit > 0
      ? isBelievable(reported.outputTokens, () => boundTokens(written) + limit)
      : isCount(reported.outputTokens) && reported.outputTokens <= largestContext;
  // No tokens at all is how some servers say that they do not count a side.
  const hasInput =
    isInput && (reported.inputTokens !== 0 || messages.every((one) => messageText(one) === ""));
  const hasOutput = isOutput && (reported.outputTokens !== 0 || written === "");
  if (hasInput && hasOutput) return { usage: reported as TokenUsage, isEstimated: false };
  const guess = estimate();
  if (!hasInput && !hasOutput) return { usage: guess, isEstimated: true };
  const mixed = hasInput
    ? { ...reported, outputTokens: guess.outputTokens }
    : { ...reported, inputTokens: guess.inputTokens };
  return { usage: mixed as TokenUsage, isEstimated: true };
}

/** `bound` is asked only where the figure is large: it goes over all the texts. */
function isBelievable(figure: unknown, bound: () => number): boolean {
  if (!isCount(figure) || figure > largestContext) return false;
  return figure <= allowance || figure <= factor * bound() + allowance;
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}
