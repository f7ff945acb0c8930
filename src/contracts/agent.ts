import type { JsonObject, JsonValue } from "../core/data/json.ts";
import type { ToolCall } from "../core/prompt/message.ts";
import type { Template } from "../core/prompt/prompt.ts";
import type { TokenUsage } from "../core/usage.ts";
import type { CompletionRequest } from "./language-model.ts";

/** What a user's application is given for one row. */
export interface AgentInput {
  readonly inputs: JsonObject;
  /** The candidate's templates by prompt name, not yet rendered. */
  readonly prompts: Readonly<Record<string, Template>>;
  /** The target model as configured, without its key: name, provider, base_url, parameters (snake_case). */
  readonly model: JsonObject;
}

export interface AgentAnswer {
  readonly output: string;
  readonly toolCalls?: readonly ToolCall[];
  /** Whatever the application tells about its steps; shown to scorers and to the reflection. */
  readonly trace?: JsonValue;
  readonly usage?: TokenUsage;
  /** `usage` is an estimate. */
  readonly isEstimated?: boolean;
  readonly latencyMs: number;
  readonly origin?: "journal" | "cache";
}

/** The user's own application in place of one model call. Rejects with AgentError only. */
export interface Agent {
  run(
    input: AgentInput,
    options: {
      readonly signal?: AbortSignal;
      /** Tells a deliberate second run of the same row apart; part of the content address. */
      readonly repeat?: number;
      /** Called for each run that was started and never came back. */
      readonly onUnused?: CompletionRequest["onUnused"];
    },
  ): Promise<AgentAnswer>;
  /** Ends processes and connections held. */
  close?(): Promise<void>;
}

/** How the application is reached; plain JSON, part of a plan. */
export type AgentRunSpec =
  | { readonly kind: "module"; readonly path: string }
  | { readonly kind: "command"; readonly command: readonly string[]; readonly directory: string }
  | { readonly kind: "http"; readonly url: string };
