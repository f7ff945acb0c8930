import type { Adaptation, AdaptationLog } from "../../contracts/language-model.ts";
import type { JsonObject } from "../../core/data/json.ts";
import type { TokenUsage } from "../../core/usage.ts";
import { type AdaptedBody, adaptBody } from "./adapt-body.ts";
import { BodyFault } from "./errors/body-fault.ts";
import { refusalOf } from "./errors/openai-errors.ts";
import { unsupportedIn } from "./unsupported.ts";

export interface AdaptedSending {
  readonly body: JsonObject;
  readonly modelKey: string;
  readonly log: AdaptationLog;
  /** Called once for each adaptation, when it is learned. */
  readonly onLearned: (adaptation: Adaptation) => void;
  /** Called for a refusal inside a 200, which is billed; false forbids a further request. */
  readonly mayPay?: (usage: TokenUsage) => boolean;
}

/** A model that refuses more than this one after the other refuses something else. */
const mostRounds = 12;

/**
 * Sends a body as its model takes it. A refusal that names a parameter is learned from, and the body sent again
 * without it: such a refusal is not billed and is no attempt of its own. Any other error is thrown.
 */
export async function sendAdapted<Answer>(
  { body: asked, modelKey, log, onLearned, mayPay }: AdaptedSending,
  send: (body: JsonObject) => Promise<Answer>,
): Promise<{ readonly answer: Answer } & Pick<AdaptedBody, "adapted">> {
  let { body, adapted } = adaptBody(asked, log.known(modelKey));
  for (let round = 1; ; round++) {
    try {
      return { answer: await send(body), adapted };
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal === undefined || round > mostRounds) throw error;
      for (const adaptation of unsupportedIn(refusal, body)) {
        // Another call may have learned it meanwhile.
        if (!isKnown(adaptation, log.known(modelKey))) {
          log.note(modelKey, adaptation);
          onLearned(adaptation);
        }
      }
      const next = adaptBody(asked, log.known(modelKey));
      if (JSON.stringify(next.body) === JSON.stringify(body)) throw error;
      const isPaid = error instanceof BodyFault && mayPay !== undefined;
      if (isPaid && !mayPay({ inputTokens: 0, outputTokens: 0, ...error.usage })) throw error;
      ({ body, adapted } = next);
    }
  }
}

/** Learned already, or the way back of a name that was refused before. */
function isKnown({ parameter, sentAs }: Adaptation, known: readonly Adaptation[]): boolean {
  return known.some(
    (one) =>
      one.parameter === parameter ||
      (sentAs !== undefined && one.parameter === sentAs && one.sentAs === parameter),
  );
}
