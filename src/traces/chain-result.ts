import { randomUUID } from "node:crypto";
import type { JsonValue } from "../core/data/json.ts";
import type { Trace } from "../core/trace.ts";

/** Value of `name` in traces of chain results. */
const chainResultName = "chain_result";

/** A trace of a chain's result. It has the chain's id, like the calls of the chain. */
export function chainResultTrace(chainId: string, result: JsonValue, at: Date): Trace {
  const time = at.toISOString();
  return {
    traceId: `tr_${randomUUID().replaceAll("-", "")}`,
    chainId,
    name: chainResultName,
    output: typeof result === "string" ? result : JSON.stringify(result),
    startedAt: time,
    endedAt: time,
    source: "dao-opt/openai",
  };
}
