import type { AgentRunSpec } from "../contracts/agent.ts";
import type { LanguageModel } from "../contracts/language-model.ts";
import type { ModelSpec } from "../contracts/model-spec.ts";
import type { MeasuredTimes, ModelTimes, TimedAnswers } from "../contracts/model-times.ts";
import type { AgentAttempt } from "../contracts/worker-pool.ts";
import { digestOf } from "../core/data/digest.ts";
import { shownUrl } from "./secret-mask.ts";

/** Identifies a model at an endpoint, whatever a config calls it. Never holds a key. */
export function timesKeyOf({ provider, baseUrl, name }: Pick<ModelSpec, "provider" | "baseUrl" | "name">) {
  return [provider, ...(baseUrl === undefined ? [] : [shownUrl(baseUrl)]), name].join(" ");
}

/** Identifies the user's application; its rows are timed as a whole. */
export function agentTimesKeyOf(run: AgentRunSpec): string {
  return `agent ${digestOf(run).slice(0, 16)}`;
}

/** Collects the times of new answers; stored ones are not measured again. */
export interface TimeLog {
  timedModel(spec: ModelSpec, model: LanguageModel): LanguageModel;
  timedAttempt(run: AgentRunSpec, attempt: AgentAttempt): AgentAttempt;
  readonly times: MeasuredTimes;
}

export function createTimeLog(): TimeLog {
  const times = new Map<string, { -readonly [Kind in keyof ModelTimes]: ModelTimes[Kind] }>();
  const note = (key: string, kind: keyof ModelTimes, ms: number, outputTokens: number): void => {
    const known = times.get(key) ?? {};
    times.set(key, known);
    known[kind] = joinTimes(known[kind], { calls: 1, meanMs: ms, meanOutputTokens: outputTokens });
  };
  return {
    timedModel(spec, model) {
      // Their time is in the config.
      if (spec.provider === "offline") return model;
      const key = timesKeyOf(spec);
      return {
        provider: model.provider,
        modelId: model.modelId,
        async complete(request) {
          const completion = await model.complete(request);
          const { origin, answeredBy, latencyMs, usage } = completion;
          if (origin === undefined && answeredBy === undefined)
            note(key, request.isLong === true ? "reflections" : "answers", latencyMs, usage.outputTokens);
          return completion;
        },
      };
    },
    timedAttempt: (run, attempt) => async (input, options) => {
      const answer = await attempt(input, options);
      note(agentTimesKeyOf(run), "answers", answer.latencyMs, answer.usage?.outputTokens ?? 0);
      return answer;
    },
    get times() {
      return Object.fromEntries(times);
    },
  };
}

/** Older measurements count for at most this many calls, so that a faster endpoint shows soon. */
const mostRemembered = 200;

/** The mean of an earlier and a later measurement. */
export function joinTimes(earlier: TimedAnswers | undefined, later: TimedAnswers): TimedAnswers {
  if (earlier === undefined) return later;
  const known = Math.min(earlier.calls, mostRemembered);
  const calls = known + later.calls;
  const mean = (one: number, other: number) => (one * known + other * later.calls) / calls;
  return {
    calls,
    meanMs: mean(earlier.meanMs, later.meanMs),
    meanOutputTokens: mean(earlier.meanOutputTokens, later.meanOutputTokens),
  };
}
