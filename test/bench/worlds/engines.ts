import { installAx, installReference, type OtherEngine } from "./others.ts";
import { searchOurs } from "./ours.ts";
import { variantNamed } from "./variants.ts";
import type { SearchOutcome, WorldVisit } from "./visit.ts";

/** Anything that searches worlds. */
export interface WorldEngine {
  readonly name: string;
  /** One outcome per visit, in order. `calls`: the budget by the engine's own definition. */
  search(visits: readonly WorldVisit[], calls: number): Promise<readonly SearchOutcome[]>;
}

const concurrency = 32;

/** Engines by name: the two of others are installed first, `gepa` comes in the variants asked for. */
export async function openEngines(
  names: readonly string[],
  variants: readonly string[],
): Promise<readonly WorldEngine[]> {
  const engines: WorldEngine[] = [];
  for (const name of names) {
    if (name === "reference") engines.push(titled(await installReference()));
    else if (name === "ax") engines.push(titled(await installAx()));
    else if (name === "gepa") engines.push(...variants.map(gepaIn));
    else
      engines.push(
        oneByOne(name, (visit, calls) => searchOurs(visit, { optimizer: name, calls, concurrency })),
      );
  }
  return engines;
}

function gepaIn(variant: string): WorldEngine {
  const how = { optimizer: "gepa", concurrency, ...variantNamed(variant) };
  const name = variant === "default" ? "dao-opt gepa" : `dao-opt gepa, ${variant}`;
  return oneByOne(name, (visit, calls) => searchOurs(visit, { ...how, calls }));
}

function oneByOne(
  name: string,
  searchOne: (visit: WorldVisit, calls: number) => Promise<SearchOutcome>,
): WorldEngine {
  return {
    name,
    async search(visits, calls) {
      const outcomes: SearchOutcome[] = [];
      for (const visit of visits) outcomes.push(await searchOne(visit, calls));
      return outcomes;
    },
  };
}

function titled({ name, version, search }: OtherEngine): WorldEngine {
  return { name: `${name} (${version})`, search };
}
