import { errorQuirks } from "./error-quirks.ts";
import { faultQuirks } from "./fault-quirks.ts";
import { kindQuirks } from "./kind-quirks.ts";
import { parameterQuirks } from "./parameter-quirks.ts";
import type { Quirk } from "./quirk.ts";
import { rateLimitQuirks } from "./rate-limit-quirks.ts";
import { thinkingQuirks } from "./thinking-quirks.ts";
import { toolCallQuirks } from "./tool-call-quirks.ts";
import { usageQuirks } from "./usage-quirks.ts";

/** Every behaviour, by what it touches. A new one is a row in one of these tables. */
export const quirkTables: Readonly<Record<string, readonly Quirk[]>> = {
  thinking: thinkingQuirks,
  "kinds of answers": kindQuirks,
  "errors in a 200": faultQuirks,
  usage: usageQuirks,
  "rate limits": rateLimitQuirks,
  errors: errorQuirks,
  parameters: parameterQuirks,
  "tool calls": toolCallQuirks,
};
