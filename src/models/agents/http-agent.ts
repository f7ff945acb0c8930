import type { AgentInput } from "../../contracts/agent.ts";
import type { AgentAttempt } from "../../contracts/worker-pool.ts";
import { parsedJson } from "../../core/data/json.ts";
import { ModelError } from "../../core/errors.ts";
import { type Fetch, openFetch } from "../../network/open-fetch.ts";
import { readErrorFacts } from "../openai/errors/error-facts.ts";
import { htmlText, isHtml } from "../openai/errors/error-text.ts";
import { waitMs } from "../openai/errors/wait-hints.ts";
import { shownUrl } from "../secret-mask.ts";
import { readAnswerText, readAnswerValue, withAgentDeadline } from "./agent-answer.ts";

/**
 * Calls the user's application over HTTP: `{inputs, prompts, model}` as JSON in, JSON or text out. Failures that a
 * retry may fix are ModelErrors.
 */
export function createHttpAttempt(url: string, timeoutMs: number): AgentAttempt {
  const who = `agent ${shownUrl(url)}`;
  const opened = openFetch(url);

  async function post(input: AgentInput, signal: AbortSignal): Promise<{ text: string; isJson: boolean }> {
    try {
      const fetch = await opened;
      const response = await fetch(url, {
        method: "POST",
        // The request carries no key, and web frameworks redirect to add a trailing slash.
        redirect: "follow",
        headers: { "content-type": "application/json", accept: "application/json, text/plain" },
        body: JSON.stringify(input),
        signal,
      });
      const text = await response.text();
      if (!response.ok) throw refused(response, text);
      const type = response.headers.get("content-type") ?? "";
      if (/\bhtml\b/i.test(type) || isHtml(text)) {
        throw new ModelError(`${who} returned a web page: ${htmlText(text).slice(0, 300)}`, {
          kind: "malformed",
          hint: "check that run.http points to the application itself, not to a web page or a login page",
        });
      }
      return { text, isJson: /\bjson\b/.test(type) };
    } catch (error) {
      if (error instanceof ModelError) throw error;
      throw new ModelError(`${who} could not be reached: ${reasonOf(error)}`, {
        kind: "connection",
        hint: "check that the application is running and that run.http is correct",
        systemCode: systemCodeOf(error),
        cause: error,
      });
    }
  }

  function refused({ status, headers }: Awaited<ReturnType<Fetch>>, text: string): ModelError {
    const facts = readErrorFacts(text);
    const kind = status === 429 ? "rate_limit" : status >= 500 || status === 408 ? "server" : "bad_request";
    return new ModelError(
      `${who} returned ${status}${facts.message === "" ? "" : `: ${facts.message.slice(0, 300)}`}`,
      {
        kind,
        status,
        retryAfterMs: waitMs(headers, facts, Date.now()),
      },
    );
  }

  return async (input, { signal }) =>
    withAgentDeadline({ who, timeoutMs, signal }, async (inner) => {
      const startedAt = performance.now();
      const { text, isJson } = await post(input, inner);
      const latencyMs = performance.now() - startedAt;
      const quoted = isJson ? parsedJson(text) : undefined;
      return typeof quoted === "string"
        ? readAnswerValue(quoted, who, latencyMs)
        : readAnswerText(text, who, latencyMs);
    });
}

/** fetch only reports "fetch failed"; the reason is in its cause. */
function reasonOf(error: unknown): string {
  const root = rootCause(error);
  return root instanceof Error ? root.message : String(root);
}

function systemCodeOf(error: unknown): string | undefined {
  const { code } = Object(rootCause(error)) as { readonly code?: unknown };
  return typeof code === "string" ? code : undefined;
}

function rootCause(error: unknown): unknown {
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof AggregateError && cause.errors.length > 0) return rootCause(cause.errors[0]);
  return cause instanceof Error ? cause : error;
}
