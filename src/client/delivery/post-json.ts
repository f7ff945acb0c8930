import { thrownReason } from "../../core/errors.ts";

const firstDelayMs = 250;
const longestDelayMs = 10_000;

/**
 * Doubles with each attempt (counted from 1), minus up to a quarter so that clients do not retry at the same
 * moment.
 */
export function retryDelayMs(attempt: number, retryAfter: string | null, random: () => number): number {
  const asked = Number(retryAfter ?? Number.NaN) * 1000;
  if (Number.isFinite(asked) && asked >= 0) return Math.min(asked, longestDelayMs);
  return Math.min(firstDelayMs * 2 ** (attempt - 1), longestDelayMs) * (1 - random() / 4);
}

export interface PostRules {
  readonly attempts: number;
  /** Timeout of one attempt. */
  readonly timeoutMs: number;
  fetch(url: string, init: RequestInit): Promise<Response>;
  /** Resolves after the time, or at once if the signal is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  random(): number;
}

/** Statuses that may be temporary. */
const passing: ReadonlySet<number> = new Set([408, 425, 429]);

/**
 * Resolves to undefined if the server accepted the body, else to the reason after all attempts. Never rejects.
 */
export async function postJson(
  url: string,
  body: string,
  headers: Readonly<Record<string, string>>,
  rules: PostRules,
  signal: AbortSignal,
): Promise<string | undefined> {
  let reason = "was canceled";
  for (let attempt = 1; attempt <= rules.attempts && !signal.aborted; attempt++) {
    let retryAfter: string | null = null;
    try {
      const response = await rules.fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body,
        redirect: "manual",
        signal: AbortSignal.any([signal, AbortSignal.timeout(rules.timeoutMs)]),
      });
      // An unread body blocks its connection.
      await response.arrayBuffer();
      if (response.ok) return undefined;
      reason = `${new URL(url).host} returned ${response.status}`;
      if (response.status < 500 && !passing.has(response.status)) return reason;
      retryAfter = response.headers.get("retry-after");
    } catch (error) {
      reason = `${new URL(url).host}: ${causeOf(error)}`;
    }
    if (attempt < rules.attempts) await rules.sleep(retryDelayMs(attempt, retryAfter, rules.random), signal);
  }
  return reason;
}

/** The message `fetch failed` is generic; the cause has the reason. */
function causeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = (cause as { readonly code?: unknown } | undefined)?.code;
  return typeof code === "string" ? code : thrownReason(cause ?? error);
}
