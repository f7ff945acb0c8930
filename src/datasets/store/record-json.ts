import type { DatasetRecord } from "../../contracts/dataset-store.ts";
import type { JsonObject } from "../../core/data/json.ts";
import { sourceJson } from "./record-source.ts";

/** A record as a line of a collected dataset holds it. */
export function recordJson({
  inputs,
  outputs,
  expectations,
  tags,
  source,
  other,
}: DatasetRecord): JsonObject {
  const named = {
    inputs,
    ...(outputs === undefined ? {} : { outputs }),
    ...(expectations === undefined ? {} : { expectations }),
    ...(tags === undefined ? {} : { tags }),
    ...(source === undefined ? {} : { source: sourceJson(source) }),
  };
  // Its own members last: one of `other` may not take the place of another.
  return other === undefined ? named : { ...named, ...other, ...named };
}
