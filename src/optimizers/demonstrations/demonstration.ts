import type { JsonObject } from "../../core/data/json.ts";

/** A train row with an answer that may be shown as right. */
export interface Demonstration {
  /** Id of the row. */
  readonly row: string;
  readonly inputs: JsonObject;
  readonly answer: string;
  /** The prompt in force got the row wrong: showing it may teach something. */
  readonly isHard: boolean;
}

/** Demonstrations by the name of the text they are shown in, in the order shown. */
export type DemonstrationSets = Readonly<Record<string, readonly Demonstration[]>>;
