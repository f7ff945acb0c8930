import { z } from "zod";
import type { Completion, CompletionRequest } from "../contracts/language-model.ts";
import { digestOf } from "../core/data/digest.ts";
import { systemClock, throwIfAborted } from "../models/clock.ts";
import { mergeParameters } from "../models/model-question.ts";
import { defineModel } from "../plugins/define.ts";
import { answerOffline } from "./answer-offline.ts";
import { createFaultInjector, simulatedFault } from "./faults.ts";

/**
 * Rule-based models in this process: no key, no network, no real model. `offline/large` needs few instructions;
 * any other name acts as `offline/small`, which needs explicit ones. Latency and faults come from the model's
 * `simulate`.
 */
export const offlineModel = defineModel({
  name: "offline",
  summary:
    "rule-based stand-ins for a model: no key, no network; they do not predict the results of a real model",
  options: z.strictObject({}),
  create(_options, { spec }) {
    const { latencyMs, faultRate, seed } = spec.simulate ?? { latencyMs: 0, faultRate: 0, seed: 0 };
    const faults = createFaultInjector({ faultRate, seed });
    return Object.freeze({
      provider: spec.provider,
      modelId: spec.name,
      async complete(request: CompletionRequest): Promise<Completion> {
        throwIfAborted(request.signal);
        const startedAt = systemClock.now();
        const parameters = mergeParameters(spec.parameters, request.parameters);
        const asked = { model: spec.name, messages: request.messages, parameters };
        const fault = faultRate > 0 ? faults.next(digestOf(asked), request.attempt) : undefined;
        if (latencyMs > 0) await systemClock.sleep(latencyMs, request.signal);
        if (fault !== undefined) throw simulatedFault(fault, spec.name);
        const { text, toolCalls, finishReason, usage } = answerOffline(asked);
        return { text, toolCalls, finishReason, usage, latencyMs: systemClock.now() - startedAt };
      },
    });
  },
});
