import { randomUUID } from "node:crypto";
import type { JsonValue } from "../core/data/json.ts";
import type { Trace } from "../core/trace.ts";

/** What `name` says of a trace that holds what a chain of calls came to. */
const chainResultName = "chain_result";

/** The result of a chain, as a trace at the end of it. Found by the chain's id, as its calls are. */
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
