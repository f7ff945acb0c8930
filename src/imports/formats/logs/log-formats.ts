import type { ImportFormat } from "../../import-format.ts";
import { openaiBatch } from "./openai-batch.ts";
import { openaiChat } from "./openai-chat.ts";

/** Logs of providers and gateways. */
export const logFormats: readonly ImportFormat[] = [openaiChat, openaiBatch];
