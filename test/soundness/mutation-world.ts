import type { OptimizationTask } from "../../src/contracts/optimizer.ts";
import type { Example } from "../../src/core/data/example.ts";
import { createRandom } from "../../src/core/random.ts";
import { gepa } from "../../src/optimizers/gepa/gepa.ts";
import { gepaOptions } from "../../src/optimizers/gepa/options.ts";
import { optimizerServices } from "../support/optimizer-services.ts";
import { createSimulatedLab, type SimulatedLab } from "../support/simulated-lab.ts";

/** Mutations with a known true accuracy: every rollout is an independent draw. */
export interface MutationWorld {
  readonly accuracy: number;
  /** True gain of every mutation over the seed. */
  readonly gain: number;
  readonly validationRows: number;
  readonly candidatesPerStep: number;
  readonly steps: number;
  /** Options of the engine `gepa`. */
  readonly options?: Readonly<Record<string, unknown>>;
}

export interface MutationRun {
  readonly proposed: number;
  readonly accepted: number;
  /** Validation score of the winner as reported by the runner. */
  readonly reported: number;
  /** The highest plain mean of all candidates measured on every validation row. */
  readonly highest: number;
  readonly reportedOfSeed: number;
  readonly isSeedBest: boolean;
  readonly rollouts: number;
}

const seedText = "Judge the case: {{case}}";
const trainRows = 50;

/** One search of the engine `gepa` among mutations; equal arguments give equal runs. */
async function searchMutations(world: MutationWorld, seed: number): Promise<MutationRun> {
  const random = createRandom(`mutations/${seed}`);
  const lab = createSimulatedLab({
    seed: { judge: seedText },
    randomSeed: seed,
    rollout({ judge = "" }, example, repeat) {
      const accuracy = world.accuracy + (judge === seedText ? 0 : world.gain);
      const isRight = random.fork(`${judge} ${example.id} ${repeat}`).next() < accuracy;
      return { output: isRight ? "yes" : "no", score: { value: isRight ? 1 : 0 } };
    },
    // Folds are requested too: they are mutations like any other.
    reflector: () => ({ text: `\`\`\`\`\n${seedText} ${lab.requests.length}\n\`\`\`\``, isCutOff: false }),
  });
  const validation = rowsNamed("validation", world.validationRows);
  const task: OptimizationTask = {
    objective: "",
    seed: lab.seed,
    train: rowsNamed("train", trainRows),
    validation,
    limits: {
      candidatesPerStep: world.candidatesPerStep,
      maxSteps: world.steps,
      patience: Number.POSITIVE_INFINITY,
    },
    contract: { variables: { judge: ["case"] }, locked: [] },
  };
  // The runner measures the base before the engine begins.
  await lab.evaluate(lab.seed, validation);
  await gepa.create(gepaOptions.parse(world.options ?? {}) as never, optimizerServices).optimize(task, lab);
  const { candidate, estimate } = lab.verdict(validation);
  return {
    proposed: eventsOf(lab, "candidate-proposed"),
    accepted: eventsOf(lab, "candidate-accepted"),
    reported: estimate,
    highest: Math.max(...lab.candidates.map(({ id }) => lab.measured(id, validation) ?? 0)),
    reportedOfSeed: lab.measured(lab.seed.id, validation) ?? 0,
    isSeedBest: candidate.id === lab.seed.id,
    rollouts: lab.calls.rollouts,
  };
}

/** Searches with seeds from 1 on, one after the other. */
export async function searchOften(world: MutationWorld, runs: number): Promise<readonly MutationRun[]> {
  const results: MutationRun[] = [];
  for (let seed = 1; seed <= runs; seed++) results.push(await searchMutations(world, seed));
  return results;
}

/** Share of the proposed mutations that were accepted. */
export function acceptedShare(runs: readonly MutationRun[]): number {
  const sum = (read: (run: MutationRun) => number) => runs.reduce((total, run) => total + read(run), 0);
  return sum((run) => run.accepted) / sum((run) => run.proposed);
}

function eventsOf(lab: SimulatedLab, type: string): number {
  return lab.events.filter((event) => event.type === type).length;
}

function rowsNamed(part: string, count: number): readonly Example[] {
  return Array.from({ length: count }, (_, at) => ({
    id: `${part}-${at}`,
    inputs: { case: `${part} ${at}` },
    expected: "yes",
    expectations: {},
    tags: {},
    origin: { file: `${part}.jsonl`, line: at + 1 },
  }));
}
