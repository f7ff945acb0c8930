import { z } from "zod";
import type { AgentAnswer } from "../../contracts/agent.ts";
import { isJsonObject, parsedJson } from "../../core/data/json.ts";
import { defined } from "../../core/defined.ts";
import { AgentError } from "../../core/errors.ts";
import { withDeadline } from "../deadline.ts";

const count = z.number().nonnegative();
const toolCall = z.union([
  z.object({ id: z.string().optional(), name: z.string(), arguments: z.unknown() }),
  z
    .object({
      id: z.string().optional(),
      function: z.object({ name: z.string(), arguments: z.unknown() }),
    })
    .transform(({ id, function: asked }) => ({ id, ...asked })),
]);

/** The object form of an application's answer; a plain string is accepted too. */
const answerShape = z.strictObject({
  output: z.string(),
  trace: z.json().optional(),
  tool_calls: z.array(toolCall).optional(),
  usage: z
    .object({
      input_tokens: count,
      output_tokens: count,
      cached_input_tokens: count.optional(),
      reasoning_tokens: count.optional(),
    })
    .optional(),
});

const expected = "an agent returns a string or { output, trace, usage, tool_calls }";

/** Reads an answer given as a value: a string or `{output, trace, usage, tool_calls}`. Throws AgentError. */
export function readAnswerValue(value: unknown, who: string, latencyMs: number): AgentAnswer {
  if (typeof value === "string") return Object.freeze({ output: value, latencyMs });
  if (!isJsonObject(value)) {
    throw new AgentError(`${who} returned ${nameOf(value)} instead of a string`, { hint: expected });
  }
  const read = answerShape.safeParse(value);
  if (!read.success) {
    const problems = read.error.issues.map(
      ({ path, message }) => `${path.join(".") || "the answer"}: ${message}`,
    );
    throw new AgentError(`${who} returned an unusable object: ${problems.join("; ")}`, {
      hint: expected,
    });
  }
  const { output, trace, tool_calls: calls, usage } = read.data;
  return Object.freeze({
    output,
    latencyMs,
    ...(trace === undefined ? {} : { trace }),
    ...(calls === undefined
      ? {}
      : {
          toolCalls: calls.map(({ id, name, arguments: given }, index) => ({
            id: id ?? `call_${index}`,
            name,
            arguments: typeof given === "string" ? given : JSON.stringify(given ?? {}),
          })),
        }),
    ...(usage === undefined ? {} : { usage: usageOf(usage) }),
  });
}

/**
 * Reads an answer given as text. JSON counts as an answer object only if it matches the whole shape: an
 * application whose answer is itself JSON may contain an `output` key too.
 */
export function readAnswerText(text: string, who: string, latencyMs: number): AgentAnswer {
  const value = text.trimStart().startsWith("{") ? parsedJson(text) : undefined;
  const isAnswer = value !== undefined && answerShape.safeParse(value).success;
  return readAnswerValue(isAnswer ? value : text.replace(/\r?\n$/, ""), who, latencyMs);
}

function usageOf(
  usage: NonNullable<z.output<typeof answerShape>["usage"]>,
): NonNullable<AgentAnswer["usage"]> {
  const { input_tokens, output_tokens, cached_input_tokens, reasoning_tokens } = usage;
  return {
    inputTokens: input_tokens,
    outputTokens: output_tokens,
    ...defined({ cachedInputTokens: cached_input_tokens, reasoningTokens: reasoning_tokens }),
  };
}

function nameOf(value: unknown): string {
  if (value === null || value === undefined || Number.isNaN(value)) return String(value);
  return Array.isArray(value) ? "a list" : `a ${typeof value}`;
}

/** Same as `withDeadline`, rejecting with AgentError. */
export async function withAgentDeadline<Result>(
  {
    who,
    timeoutMs,
    signal,
  }: { readonly who: string; readonly timeoutMs: number; readonly signal: AbortSignal | undefined },
  task: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const timedOut = () =>
    new AgentError(`${who} did not answer within ${timeoutMs / 1000} s`, {
      hint: "increase timeout_seconds of the agent's model",
      isInfrastructure: true,
      billing: "lost",
    });
  const aborted = () => new AgentError(`${who} was stopped before it answered`, { billing: "lost" });
  return withDeadline({ timeoutMs, signal, timedOut, aborted }, task);
}
