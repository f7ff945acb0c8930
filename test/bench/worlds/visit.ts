import type { Conditions } from "./conditions.ts";
import type { WorldStats } from "./server.ts";
import type { WorldSpec } from "./world-spec.ts";

/** One search in one world: where its models are. */
export interface WorldVisit {
  readonly world: WorldSpec;
  readonly seed: number;
  /** Ends in `/v1`; no two searches share one. */
  readonly baseUrl: string;
}

/** The result of an engine's visit. */
export interface SearchOutcome {
  readonly prompt: string;
  /** False for engines whose prompt is an instruction beside the input: it needs no placeholder. */
  readonly needsPlaceholder: boolean;
  /** Mean score of the prompt on the validation rows, as the engine reports it. */
  readonly validation: number;
  readonly seconds: number;
  readonly stopped: string;
}

const atOnce: Conditions = { latencyMs: 0, faultRate: 0 };

let visits = 0;

export function openVisit(
  origin: string,
  world: WorldSpec,
  seed: number,
  { latencyMs, faultRate }: Conditions = atOnce,
): WorldVisit {
  const tag = `visit-${process.pid}-${visits++}`;
  return { world, seed, baseUrl: `${origin}/${world.name}/${seed}/${latencyMs}/${faultRate}/${tag}/v1` };
}

export async function statsOf({ baseUrl }: WorldVisit): Promise<WorldStats> {
  const response = await fetch(`${baseUrl}/stats`);
  return (await response.json()) as WorldStats;
}
