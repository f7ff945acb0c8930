import { hash } from "node:crypto";
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { Agent, fetch } from "undici";

/** An OpenAI-compatible endpoint. */
export interface Endpoint {
  /** Ends in `/v1` or the like. */
  readonly baseUrl: string;
  readonly apiKey: string;
}

export interface ChatQuestion {
  readonly model: string;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  readonly maxTokens: number;
  /** Undefined: the endpoint's. */
  readonly temperature?: number;
  /** Sent as `seed`, so that equal questions get different samples. */
  readonly sample?: number;
}

export interface ChatReply {
  readonly text: string;
  readonly isCutOff: boolean;
}

/** Resolves to the reply. Rejects after three attempts without one, and at once if the endpoint refuses. */
export type AskChat = (question: ChatQuestion) => Promise<ChatReply>;

const attempts = 3;
// A local model may think for minutes before the first byte.
const dispatcher = new Agent({ headersTimeout: 0, bodyTimeout: 0 });

export function createChat({ baseUrl, apiKey }: Endpoint, timeoutSeconds: number): AskChat {
  return async (question) => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await askOnce(question);
      } catch (error) {
        if (attempt === attempts || error instanceof RefusedError) throw error;
        await new Promise((resolve) => setTimeout(resolve, 1_000 * 2 ** attempt));
      }
    }
  };

  async function askOnce({
    model,
    messages,
    maxTokens,
    temperature,
    sample,
  }: ChatQuestion): Promise<ChatReply> {
    const response = await fetch(`${baseUrl}/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${apiKey}` },
      body: JSON.stringify({ model, messages, max_tokens: maxTokens, temperature, seed: sample }),
      dispatcher,
      signal: AbortSignal.timeout(timeoutSeconds * 1_000),
    });
    const text = await response.text();
    if (!response.ok) {
      const message = `${baseUrl} answered ${response.status}: ${text.slice(0, 300)}`;
      throw response.status >= 500 || response.status === 429
        ? new Error(message)
        : new RefusedError(message);
    }
    const { choices } = JSON.parse(text) as {
      readonly choices: readonly {
        readonly message: { readonly content: string | null };
        readonly finish_reason: string;
      }[];
    };
    const [choice] = choices;
    return { text: choice?.message.content ?? "", isCutOff: choice?.finish_reason === "length" };
  }
}

class RefusedError extends Error {}

/** Whether the endpoint refused the question as longer than the model's context. */
export function exceedsContext(error: unknown): boolean {
  return error instanceof RefusedError && /context|too (long|large)|exceed/i.test(error.message);
}

/** Keeps every reply in a JSON Lines file and asks only for the others. */
export function keepReplies(ask: AskChat, file: string): AskChat {
  const kept = new Map<string, ChatReply>();
  for (const line of existsSync(file) ? readFileSync(file, "utf8").split("\n") : []) {
    const entry = readLine(line);
    if (entry !== undefined) kept.set(entry.key, entry.reply);
  }
  return async (question) => {
    const key = hash("sha256", JSON.stringify(question));
    const known = kept.get(key);
    if (known !== undefined) return known;
    const reply = await ask(question);
    kept.set(key, reply);
    appendFileSync(file, `${JSON.stringify({ key, reply })}\n`);
    return reply;
  };
}

/** Undefined for an empty line, and for one that a killed process left incomplete. */
function readLine(line: string): { readonly key: string; readonly reply: ChatReply } | undefined {
  try {
    return JSON.parse(line) as { key: string; reply: ChatReply };
  } catch {
    return undefined;
  }
}
