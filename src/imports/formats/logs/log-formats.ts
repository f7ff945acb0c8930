import type { ImportFormat } from "../../import-format.ts";
import { anthropic, anthropicBatch } from "./anthropic.ts";
import { bedrock } from "./bedrock.ts";
import { helicone } from "./helicone.ts";
import { litellm } from "./litellm.ts";
import { openaiBatch } from "./openai-batch.ts";
import { openaiChat } from "./openai-chat.ts";
import { openrouter } from "./openrouter.ts";

/** Logs of providers and gateways. */
export const logFormats: readonly ImportFormat[] = [
  openaiChat,
  openaiBatch,
  anthropic,
  anthropicBatch,
  bedrock,
  litellm,
  helicone,
  openrouter,
];
