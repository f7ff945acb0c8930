import type { FinishReason } from "../contracts/language-model.ts";
import { ModelError } from "../core/errors.ts";
import type { ChatMessage, ToolCall } from "../core/prompt/message.ts";
import type { ModelParameters } from "../core/prompt/prompt.ts";
import type { TokenUsage } from "../core/usage.ts";

/** The input of an offline model: what would be sent to a provider. */
export interface OfflineRequest {
  /** `offline/large`; anything else acts as `offline/small`. */
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  readonly parameters: ModelParameters;
}

export interface OfflineAnswer {
  readonly text: string;
  readonly toolCalls: readonly ToolCall[];
  readonly finishReason: FinishReason;
  readonly usage: TokenUsage;
}

export type Strength = "small" | "large";

export function strengthOf(model: string): Strength {
  return /(^|\/)large$/i.test(model.trim()) ? "large" : "small";
}

/** A request for a rewrite or a verdict that lacks a required part. */
export function unreadableRequest(missing: string): ModelError {
  return new ModelError(`the offline model cannot read the request: ${missing}`, {
    kind: "bad_request",
    status: 400,
    hint: "offline models read the structure of a request, not its wording; use a real model for other kinds of requests",
  });
}
