import type { JsonObject, JsonValue } from "../../core/data/json.ts";

/** The part of the Vercel AI SDK's `LanguageModel` that is used; specifications v3 and v4 share it. */
export interface SdkModel {
  readonly specificationVersion: string;
  /** For example `anthropic.messages`. */
  readonly provider: string;
  readonly modelId: string;
  doGenerate(options: SdkCallOptions): PromiseLike<SdkResult>;
  doStream(options: SdkCallOptions): PromiseLike<{ readonly stream: ReadableStream<SdkStreamPart> }>;
}

/** Options of a provider package, under the provider's name. */
export type SdkProviderOptions = Readonly<Record<string, JsonObject>>;

export interface SdkCallOptions {
  readonly prompt: readonly SdkMessage[];
  readonly maxOutputTokens?: number;
  readonly temperature?: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly presencePenalty?: number;
  readonly frequencyPenalty?: number;
  readonly stopSequences?: readonly string[];
  readonly seed?: number;
  readonly responseFormat?: {
    readonly type: "json";
    readonly schema?: JsonObject;
    readonly name?: string;
    readonly description?: string;
  };
  readonly tools?: readonly SdkTool[];
  readonly toolChoice?:
    | { readonly type: "auto" | "none" | "required" }
    | { readonly type: "tool"; readonly toolName: string };
  readonly providerOptions?: SdkProviderOptions;
  readonly abortSignal?: AbortSignal;
}

export interface SdkTool {
  readonly type: "function";
  readonly name: string;
  readonly description?: string;
  readonly inputSchema: JsonObject;
  readonly strict?: boolean;
}

export type SdkMessage = (
  | { readonly role: "system"; readonly content: string }
  | { readonly role: "user" | "assistant" | "tool"; readonly content: readonly SdkPart[] }
) & { readonly providerOptions?: SdkProviderOptions };

export type SdkPart = (
  | { readonly type: "text"; readonly text: string }
  | {
      readonly type: "file";
      readonly mediaType: string;
      readonly data: SdkFileData;
      readonly filename?: string;
    }
  | {
      readonly type: "tool-call";
      readonly toolCallId: string;
      readonly toolName: string;
      readonly input: JsonValue;
    }
  | {
      readonly type: "tool-result";
      readonly toolCallId: string;
      readonly toolName: string;
      readonly output: { readonly type: "text"; readonly value: string };
    }
) & { readonly providerOptions?: SdkProviderOptions };

/** Base64 or a URL; specification v4 wraps both. */
export type SdkFileData =
  | string
  | URL
  | { readonly type: "data"; readonly data: string }
  | { readonly type: "url"; readonly url: URL };

export interface SdkUsage {
  readonly inputTokens: {
    readonly total?: number | undefined;
    readonly cacheRead?: number | undefined;
    readonly cacheWrite?: number | undefined;
  };
  readonly outputTokens: {
    readonly total?: number | undefined;
    readonly reasoning?: number | undefined;
  };
}

export interface SdkFinish {
  readonly unified: string;
  /** The provider's own word. */
  readonly raw?: string | undefined;
}

export interface SdkWarning {
  readonly type: string;
  readonly feature?: string;
  readonly details?: string;
}

export interface SdkResult {
  readonly content: readonly SdkContent[];
  readonly finishReason: SdkFinish;
  readonly usage: SdkUsage;
  readonly warnings?: readonly SdkWarning[];
  readonly response?: { readonly id?: string; readonly modelId?: string };
}

/** One part of an answer. Parts of other types are ignored. */
export interface SdkContent {
  readonly type: string;
  readonly text?: string;
  readonly toolCallId?: string;
  readonly toolName?: string;
  readonly input?: string;
  /** The provider ran the tool itself: its call is not for the caller. */
  readonly providerExecuted?: boolean;
}

export interface SdkStreamPart extends Omit<SdkContent, "type"> {
  readonly type: string;
  readonly id?: string;
  readonly delta?: string;
  readonly modelId?: string;
  readonly warnings?: readonly SdkWarning[];
  readonly finishReason?: SdkFinish;
  readonly usage?: SdkUsage;
  readonly error?: unknown;
}
