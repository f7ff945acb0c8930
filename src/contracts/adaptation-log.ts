import type { JsonObject } from "../core/json.ts";

/** How requests to a model are changed because its provider does not take them as configured. Plain JSON. */
export type Adaptation = JsonObject;

/** What has been learned of each model, in this session and in earlier ones of the run. */
export interface AdaptationLog {
  /** In the order in which they were noted. The key is that of the config's models. */
  known(modelKey: string): readonly Adaptation[];
  /** Noting the same adaptation again changes nothing. */
  note(modelKey: string, adaptation: Adaptation): void;
}
