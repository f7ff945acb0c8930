import type { NormalizedThings } from "../normalize.ts";
import type { Problems } from "../problems.ts";
import type { ConfigReferences } from "../references.ts";
import type { WrittenConfig } from "../schema/file.ts";

export interface RuleContext {
  readonly file: WrittenConfig;
  readonly references: ConfigReferences;
  readonly things: NormalizedThings;
  readonly problems: Problems;
}

/** Checks one condition across fields and reports violations. */
export type Rule = (context: RuleContext) => void;
