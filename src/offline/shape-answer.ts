import type { FinishReason } from "../contracts/language-model.ts";
import type { ModelParameters } from "../core/prompt/prompt.ts";
import { estimateTokens } from "../core/usage.ts";

const bytesPerToken = 4;

/** Ends a text where a stop sequence or the cap on tokens ends it. */
export function shapeAnswer(
  text: string,
  parameters: ModelParameters,
): { readonly text: string; readonly finishReason: FinishReason } {
  const stops = [parameters.stop ?? []].flat().filter((stop) => stop !== "");
  const ends = stops.map((stop) => text.indexOf(stop)).filter((at) => at >= 0);
  const stopped = ends.length === 0 ? text : text.slice(0, Math.min(...ends));
  const most = parameters.maxTokens;
  if (most === undefined || most < 1 || estimateTokens(stopped) <= most)
    return { text: stopped, finishReason: "stop" };
  const cut = Buffer.from(stopped)
    .subarray(0, most * bytesPerToken)
    .toString("utf8");
  return { text: cut.replace(/\uFFFD$/, ""), finishReason: "length" };
}
