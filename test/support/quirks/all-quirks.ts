import { errorQuirks } from "./error-quirks.ts";
import { faultQuirks } from "./fault-quirks.ts";
import { filterQuirks } from "./filter-quirks.ts";
import { keyQuirks } from "./key-quirks.ts";
import { kindQuirks } from "./kind-quirks.ts";
import { parameterQuirks } from "./parameter-quirks.ts";
import { parameterRefusalQuirks } from "./parameter-refusal-quirks.ts";
import type { Quirk } from "./quirk.ts";
import { quotaQuirks } from "./quota-quirks.ts";
import { rateLimitQuirks } from "./rate-limit-quirks.ts";
import { thinkingQuirks } from "./thinking-quirks.ts";
import { toolCallQuirks } from "./tool-call-quirks.ts";
import { usageQuirks } from "./usage-quirks.ts";

/** All behaviors by subject. A new one is a row in one of these tables. */
export const quirkTables: Readonly<Record<string, readonly Quirk[]>> = {
  thinking: thinkingQuirks,
  "kinds of answers": [...kindQuirks, ...filterQuirks],
  "errors in a 200": faultQuirks,
  usage: usageQuirks,
  "rate limits": [...rateLimitQuirks, ...quotaQuirks],
  errors: [...keyQuirks, ...errorQuirks],
  parameters: [...parameterQuirks, ...parameterRefusalQuirks],
  "tool calls": toolCallQuirks,
};
