import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

interface CandidateEvent {
  readonly event: {
    readonly type: string;
    readonly candidate?: string;
    readonly step: number;
    readonly by?: string;
    readonly parents?: readonly string[];
  };
}

interface Candidate {
  readonly id: string | null;
  readonly step: number;
  readonly by: string;
  readonly parents: readonly string[];
  readonly status: string;
  readonly texts: Readonly<Record<string, string>>;
  readonly validation: number | null;
  readonly validation_rows: number;
  readonly prompt_tokens: number | null;
}

/** Contradictions about candidates within one run's record; empty if there are none. */
export function disagreementsOf(runFolder: string): readonly string[] {
  const record = JSON.parse(readFileSync(join(runFolder, "record.json"), "utf8"));
  const events = readFileSync(join(runFolder, "candidates.jsonl"), "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as CandidateEvent);
  return record.optimizations.flatMap((optimization: never) => disagreements(optimization, events));
}

/** The newest run below a state folder. */
export function newestRun(state: string): string {
  const runs = join(state, "runs");
  return join(runs, readdirSync(runs).sort().at(-1) ?? "");
}

function disagreements(
  { candidates, pareto, prompts }: Readonly<Record<string, never>>,
  events: readonly CandidateEvent[],
): readonly string[] {
  const found: string[] = [];
  const all = candidates as unknown as readonly Candidate[];
  const [seed, ...others] = all;
  const entries = (
    pareto as unknown as { entries: { candidate: string; is_chosen: boolean; measured: number }[] }
  ).entries;
  const chosen = entries.find((entry) => entry.is_chosen);
  const winner = all.find(({ id }) => id === chosen?.candidate);
  if (winner === undefined) return ["the chosen candidate is not among the candidates"];
  const [prompt] = prompts as unknown as readonly { best: { template: unknown } }[];
  if (
    typeof prompt?.best.template === "string" &&
    !Object.values(winner.texts).includes(prompt.best.template)
  )
    found.push("the best prompt is not that of the chosen candidate");
  if (!["seed", "accepted"].includes(winner.status)) found.push(`the chosen candidate is ${winner.status}`);
  for (const { id, step, by, parents } of others) {
    const isKnown = parents.length > 0 && parents.every((parent) => all.some((one) => one.id === parent));
    if (!isKnown) found.push(`${id} has no known parents`);
    if (step < 1) found.push(`${id} has no step`);
    if (by === "") found.push(`${id} has no maker`);
    if (id === null) continue;
    const own = events.filter(({ event }) => event.candidate === id);
    const proposed = own.find(({ event }) => event.type === "candidate-proposed")?.event;
    if (proposed === undefined) found.push(`${id} is not in candidates.jsonl`);
    else if (proposed.step !== step || proposed.by !== by)
      found.push(`${id} has another step or maker there`);
  }
  const last = events.findLast(({ event }) => event.candidate === winner.id)?.event;
  if (winner !== seed && last?.type !== "candidate-accepted")
    found.push(`the last word of candidates.jsonl on the chosen candidate is ${last?.type}`);
  const rows = winner.validation_rows;
  const cheaper = others.filter(
    (one) =>
      one.validation_rows === rows &&
      one.validation === winner.validation &&
      (one.prompt_tokens ?? Infinity) < (winner.prompt_tokens ?? 0),
  );
  if (winner !== seed && cheaper.length > 0)
    found.push(`${cheaper[0]?.id} is as good as the chosen one and shorter`);
  for (const { candidate, measured } of entries) {
    const same = all.find(({ id }) => id === candidate);
    if (same === undefined || Math.abs((same.validation ?? -1) - measured) > 1e-9)
      found.push(`pareto and candidates differ on ${candidate}`);
  }
  return found;
}
