/** `import OpenAI from "dao-opt/openai"`: the `openai` package's client with recording. */
export * from "openai";
export type { TraceLosses, TraceSink } from "../contracts/trace-store.ts";
export type {
  DaoOptCallOptions,
  DaoOptCallOptions as LibrettoCreateParams,
  DaoOptOptions,
  DaoOptOptions as LibrettoConfig,
  Feedback,
  WithFeedbackKey,
} from "./client-options.ts";
// biome-ignore lint/style/noDefaultExport: the SDK's own client is imported by default (docs/decisions/015).
export { OpenAI, OpenAI as Client, OpenAI as default } from "./openai-class.ts";
export { type AzureClientOptions, AzureOpenAI } from "./recorded-azure.ts";
export type { ClientOptions } from "./recorded-openai.ts";
export type { CallParams } from "./resource-types.ts";
export {
  type PartsTemplateMessage,
  TemplateChat,
  type TemplatedMessage,
  type TemplateRole,
  TemplateText,
  type TextTemplateMessage,
  templateChat,
  templateText,
} from "./template/template-chat.ts";
