import type { EngineReference } from "../../contracts/plugin.ts";
import type { JsonObject } from "../../core/data/json.ts";
import type { RaceOptions } from "./options.ts";

/** The engines of a race, each with its place in the options. */
export function engineReferences({ engines }: Pick<RaceOptions, "engines">): readonly EngineReference[] {
  return engines.map((engine, at) => {
    const { use, options } = typeof engine === "string" ? { use: engine, options: {} } : engine;
    return { path: ["engines", at], use, options: options as JsonObject };
  });
}
