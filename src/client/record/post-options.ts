import type { OpenAI } from "openai";

/** As resources of the SDK give them to `post`. */
export type PostOptions = Parameters<OpenAI["post"]>[1];
/** What the SDK tells of an attempt before it goes out. */
export type SentRequest = [
  request: Parameters<OpenAI["fetchWithTimeout"]>[1] & object,
  context: { readonly url: string; readonly options: Parameters<OpenAI["buildRequest"]>[0] },
];
