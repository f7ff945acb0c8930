import { z } from "zod";
import type { AgentAnswer } from "../../contracts/agent.ts";
import { isJsonObject } from "../../core/data/json.ts";
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

/** What an application may answer besides a plain text. */
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

const expected = "an agent answers with a text, or with { output, trace, usage, tool_calls }";

/** An answer given as a value: a text, or `{output, trace, usage, tool_calls}`. Throws AgentError. */
export function readAnswerValue(value: unknown, who: string, latencyMs: number): AgentAnswer {
  if (typeof value === "string") return Object.freeze({ output: value, latencyMs });
  if (!isJsonObject(value)) {
    throw new AgentError(`${who} answered with ${nameOf(value)}, not with a text`, { hint: expected });
  }
  const read = answerShape.safeParse(value);
  if (!read.success) {
    const problems = read.error.issues.map(
      ({ path, message }) => `${path.join(".") || "the answer"}: ${message}`,
    );
    throw new AgentError(`${who} answered with an object that cannot be used: ${problems.join("; ")}`, {
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
 * An answer given as text. JSON is taken as an answer object only when it looks like one through and
 * through: an application whose very answer is JSON may have an `output` in it too.
 */
export function readAnswerText(text: string, who: string, latencyMs: number): AgentAnswer {
  const value = parseObject(text);
  const isAnswer = value !== undefined && answerShape.safeParse(value).success;
  return readAnswerValue(isAnswer ? value : text.replace(/\r?\n$/, ""), who, latencyMs);
}

function parseObject(text: string): unknown {
  if (!text.trimStart().startsWith("{")) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function usageOf(
  usage: NonNullable<z.output<typeof answerShape>["usage"]>,
): NonNullable<AgentAnswer["usage"]> {
  const { input_tokens, output_tokens, cached_input_tokens, reasoning_tokens } = usage;
  return {
    inputTokens: input_tokens,
    outputTokens: output_tokens,
    ...(cached_input_tokens === undefined ? {} : { cachedInputTokens: cached_input_tokens }),
    ...(reasoning_tokens === undefined ? {} : { reasoningTokens: reasoning_tokens }),
  };
}

function nameOf(value: unknown): string {
  if (value === null || value === undefined || Number.isNaN(value)) return String(value);
  return Array.isArray(value) ? "a list" : `a ${typeof value}`;
}

/** As `withDeadline`, with errors an agent may reject with. */
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
      hint: "raise timeout_seconds of the agent's model",
      isInfrastructure: true,
    });
  const aborted = () => new AgentError(`${who} was stopped before it answered`);
  return withDeadline({ timeoutMs, signal, timedOut, aborted }, task);
}
