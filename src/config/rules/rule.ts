import type { NormalizedThings } from "../normalize.ts";
import type { Problems } from "../problems.ts";
import type { ConfigFile } from "../schema/file.ts";
import type { Shelves } from "../shelves.ts";

export interface RuleContext {
  readonly file: ConfigFile;
  readonly shelves: Shelves;
  readonly things: NormalizedThings;
  readonly problems: Problems;
}

/** One condition across fields; reports what breaks it. */
export type Rule = (context: RuleContext) => void;
