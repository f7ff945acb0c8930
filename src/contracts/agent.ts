import type { JsonObject, JsonValue } from "../core/data/json.ts";
import type { ToolCall } from "../core/prompt/message.ts";
import type { Template } from "../core/prompt/prompt.ts";
import type { TokenUsage } from "../core/usage.ts";
import type { CompletionRequest } from "./language-model.ts";

/** The input of a user's application for one row. */
export interface AgentInput {
  readonly inputs: JsonObject;
  /** The candidate's templates by prompt name, not rendered. */
  readonly prompts: Readonly<Record<string, Template>>;
  /** The target model as configured, without its API key: name, provider, base_url, parameters (snake_case). */
  readonly model: JsonObject;
}

/** The answer of an application to one row. */
export interface AgentAnswer {
  readonly output: string;
  readonly toolCalls?: readonly ToolCall[];
  /** Anything the application reports about its steps; passed to scorers and to the reflection. */
  readonly trace?: JsonValue;
  readonly usage?: TokenUsage;
  /** `usage` is an estimate. */
  readonly isEstimated?: boolean;
  readonly latencyMs: number;
  readonly origin?: "journal" | "cache";
}

/** The user's own application, which replaces one model call. Rejects only with AgentError. */
export interface Agent {
  run(
    input: AgentInput,
    options: {
      readonly signal?: AbortSignal;
      /** Distinguishes a deliberate second run of the same row; part of the content address. */
      readonly repeat?: number;
      /** Called for each billed attempt without a usable answer. What it returns is ignored. */
      readonly onUnused?: CompletionRequest["onUnused"];
      /** Called before each attempt after the first. */
      readonly onRetry?: () => unknown;
    },
  ): Promise<AgentAnswer>;
  /** Closes open processes and connections. */
  close?(): Promise<void>;
}

/** How to reach the application; plain JSON, part of a plan. */
export type AgentRunSpec =
  | { readonly kind: "module"; readonly path: string }
  | { readonly kind: "command"; readonly command: readonly string[]; readonly directory: string }
  | { readonly kind: "http"; readonly url: string };
