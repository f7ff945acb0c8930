import type { PreparedCall } from "../prepare-call.ts";
import type { PromptCallResponse } from "../prompt-call.ts";
import type { SampleEnd } from "./run-sample.ts";

/** The response out of all samples. Throws the first one's ModelError when every sample failed. */
export function responseOf(call: PreparedCall, ends: readonly SampleEnd[]): PromptCallResponse {
  const [first] = ends;
  if (first === undefined) throw new RangeError("a call has at least one sample");
  if (first.error !== undefined && ends.every(({ error }) => error !== undefined)) throw first.error;
  const { request, version, generation } = call;
  return Object.freeze({
    ...first.log,
    version,
    logs: ends.map(({ log }) => log),
    messages: typeof generation.prompt === "string" ? null : generation.prompt,
    toolChoice: call.toolChoice,
    inputs: request.returnInputs === false ? {} : call.inputs,
    source: request.source ?? null,
    metadata: request.metadata ?? null,
    user: request.user ?? null,
    environment: request.logEnvironment ?? null,
    save: request.save !== false,
    startTime: request.startTime ?? call.startedAt,
    endTime: request.endTime ?? call.services.now().toISOString(),
    sourceDatapointId: request.sourceDatapointId ?? null,
    traceParentId: request.traceParentId ?? null,
    traceId: call.traceId ?? first.log.id,
    logId: first.log.id,
    notes: call.notes,
  });
}
