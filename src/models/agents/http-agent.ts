import type { Agent, AgentInput } from "../../contracts/agent.ts";
import { AgentError } from "../../core/errors.ts";
import { openFetch } from "../open-fetch.ts";
import { shownUrl } from "../shown-url.ts";
import { readAnswerText, readAnswerValue } from "./agent-answer.ts";
import { withAgentDeadline } from "./agent-deadline.ts";

/** The user's application behind a URL: `{inputs, prompts, model}` as JSON in, JSON or text out. */
export function createHttpAgent(url: string, timeoutMs: number): Agent {
  const who = `agent ${shownUrl(url)}`;
  const opened = openFetch(url);

  async function post(input: AgentInput, signal: AbortSignal): Promise<{ text: string; isJson: boolean }> {
    try {
      const fetch = await opened;
      const response = await fetch(url, {
        method: "POST",
        // No key goes along, and web frameworks redirect for a slash at the end.
        redirect: "follow",
        headers: { "content-type": "application/json", accept: "application/json, text/plain" },
        body: JSON.stringify(input),
        signal,
      });
      const text = await response.text();
      if (!response.ok) throw new AgentError(`${who} answered ${response.status}${excerpt(text)}`);
      return { text, isJson: /\bjson\b/.test(response.headers.get("content-type") ?? "") };
    } catch (error) {
      if (error instanceof AgentError) throw error;
      throw new AgentError(`${who} cannot be reached: ${reasonOf(error)}`, {
        hint: "is the application running, and is run.http right?",
        cause: error,
      });
    }
  }
  return Object.freeze({
    run: (input: AgentInput, { signal }: { readonly signal?: AbortSignal }) =>
      withAgentDeadline({ who, timeoutMs, signal }, async (inner) => {
        const startedAt = performance.now();
        const { text, isJson } = await post(input, inner);
        const latencyMs = performance.now() - startedAt;
        const quoted = isJson ? jsonText(text) : undefined;
        return quoted === undefined
          ? readAnswerText(text, who, latencyMs)
          : readAnswerValue(quoted, who, latencyMs);
      }),
  });
}

/** A JSON string (`"positive"`) stands for its text. */
function jsonText(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}

function excerpt(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line === "" ? "" : `: ${line.slice(0, 300)}`;
}

/** fetch says "fetch failed"; why is in its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (cause instanceof AggregateError && cause.errors.length > 0) return reasonOf(cause.errors[0]);
  return cause instanceof Error ? cause.message : error.message;
}
