import type { IncomingMessage, ServerResponse } from "node:http";
import type { WorldMessage } from "./models.ts";

/** The part of a request for a chat completion that a world reads. */
export interface WireRequest {
  readonly model: string;
  readonly messages: readonly { readonly role: string; readonly content: unknown }[];
  /** The API's own field for a fresh sample of an equal request. */
  readonly seed?: number;
}

export function messagesOf({ messages }: WireRequest): readonly WorldMessage[] {
  return messages.map(({ role, content }) => ({ role, text: textOf(content) }));
}

/** A body in the shape of OpenAI's chat completions; tokens are counted as four characters each. */
export function completionBody(request: WireRequest, text: string): string {
  const count = (written: string): number => Math.ceil(written.length / 4);
  const asked = messagesOf(request).reduce((sum, message) => sum + count(message.text), 0);
  return JSON.stringify({
    id: "chatcmpl-world",
    object: "chat.completion",
    created: 0,
    model: request.model,
    choices: [{ index: 0, finish_reason: "stop", message: { role: "assistant", content: text } }],
    usage: { prompt_tokens: asked, completion_tokens: count(text), total_tokens: asked + count(text) },
  });
}

export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

export function send(response: ServerResponse, status: number, body: string): void {
  const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
  response.writeHead(status, headers).end(body);
}

function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return content.map((part: { readonly text?: unknown }) => String(part.text ?? "")).join("\n");
}
