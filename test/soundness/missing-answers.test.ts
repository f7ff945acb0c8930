import { afterAll, describe, expect, it } from "vitest";
import { createRandom, type Random } from "../../src/core/random.ts";
import { comparePairs } from "../../src/run/gate/gate.ts";
import { decide } from "../../src/run/gate/verdict.ts";
import type { MeasuredOutcome } from "../../src/run/lab/evaluation-context.ts";
import { planOf, rows } from "../support/lab-world.ts";

// Two equal prompts, or a truly worse or better candidate, scored on the same rows while answers go missing. The
// true value of a missing answer counts: nothing for one that is cut off, its own score for one lost on the
// network.

type Kind = "content" | "infrastructure" | "tool_limit";
type Side = "base" | "optimized" | "both";

interface Mixture {
  readonly side: Side;
  readonly kind: Kind;
  /** Answers are missing on hard rows, and more often if they would have been wrong. */
  readonly isCorrelated: boolean;
  readonly rate: number;
}

interface World extends Mixture {
  readonly base: number;
  readonly optimized: number;
  readonly rows: number;
}

const simulations = 4000;
const plan = planOf();
const examples = rows(200);
const error = { code: "model_failed", message: "the network is down" };

function missing(kind: Kind, example: MeasuredOutcome["example"]): MeasuredOutcome {
  if (kind === "infrastructure") return { example, error };
  const isToolLimited = kind === "tool_limit" ? { isToolLimited: true as const } : {};
  return { example, score: { value: 0 }, missing: "cut_off", ...isToolLimited };
}

function simulate(random: Random, world: World) {
  const { rate, kind, isCorrelated } = world;
  const spread = Math.min(world.base, 1 - world.base, 0.3);
  const draw = (accuracy: number, ease: number, at: number, mayFail: boolean): MeasuredOutcome => {
    const example = examples[at] as MeasuredOutcome["example"];
    const isRight = random.next() < Math.min(1, Math.max(0, accuracy + spread * ease));
    // With the same mean rate: hard rows fail up to twice as often, and right answers rarely.
    const chance = isCorrelated ? rate * (1 - ease) * (isRight ? 0.5 : 1.5) : rate;
    if (mayFail && random.next() < chance) return missing(kind, example);
    return { example, score: { value: isRight ? 1 : 0 } };
  };
  const eases = Array.from({ length: world.rows }, () => 2 * random.next() - 1);
  const side = (accuracy: number, mayFail: boolean) =>
    eases.map((ease, at) => draw(accuracy, ease, at, mayFail));
  return [
    side(world.base, world.side !== "optimized"),
    side(world.optimized, world.side !== "base"),
  ] as const;
}

interface Shares {
  readonly improved: number;
  readonly regressed: number;
}

function verdicts(world: World, runs = simulations): Shares {
  const counts = { improved: 0, regressed: 0 };
  const random = createRandom(JSON.stringify(world));
  for (let run = 0; run < runs; run++) {
    const [base, optimized] = simulate(random, world);
    const test = comparePairs(base, optimized, { confidence: plan.gate.confidence, seed: run });
    const found = { test, isUnsplit: false, isBaseBest: false, isBasePerfect: false };
    const { status } = decide(plan, found);
    if (status === "improved" || status === "regressed") counts[status]++;
  }
  return { improved: counts.improved / runs, regressed: counts.regressed / runs };
}

/** One-sided upper 99 % bound of a share, by Wilson. */
function upper(share: number, runs = simulations): number {
  const z = 2.326;
  const middle = share + z ** 2 / (2 * runs);
  const half = z * Math.sqrt((share * (1 - share)) / runs + z ** 2 / (4 * runs ** 2));
  return (middle + half) / (1 + z ** 2 / runs);
}

const mixtures = (["base", "optimized", "both"] as const).flatMap((side) =>
  (["content", "infrastructure", "tool_limit"] as const).flatMap((kind) =>
    [false, true].flatMap((isCorrelated) =>
      [0.02, 0.05, 0.15].map((rate): Mixture => ({ side, kind, isCorrelated, rate })),
    ),
  ),
);
const nameOf = ({ side, kind, isCorrelated, rate }: Mixture) =>
  `${(rate * 100).toFixed(0)} % ${kind}, ${side}${isCorrelated ? ", on hard rows" : ""}`;
const table: string[] = [];
const percent = (share: number) => `${(share * 100).toFixed(2)} %`.padStart(9);
const line = (name: string, ...cells: readonly string[]) => table.push(`${name.padEnd(46)}${cells.join("")}`);
afterAll(() => console.log(table.join("\n")));

/** Content failures make a side truly worse: only the opposite verdict would be false. */
function falseVerdicts({ side, kind }: Mixture): readonly (keyof Shares)[] {
  if (kind === "infrastructure" || side === "both") return ["improved", "regressed"];
  // The candidate's own cut-offs make it worse; a base's cut-offs by its own limit make the candidate better.
  return side === "optimized"
    ? ["improved"]
    : kind === "tool_limit"
      ? ["improved", "regressed"]
      : ["regressed"];
}

describe("two equal prompts with some missing answers", () => {
  line("false verdicts of equal prompts, 50 rows", " improved", "regressed");
  it.each(mixtures.map((mixture) => [nameOf(mixture), mixture] as const))("%s", (name, mixture) => {
    const shares = verdicts({ ...mixture, base: 0.7, optimized: 0.7, rows: 50 });
    line(name, percent(shares.improved), percent(shares.regressed));
    for (const verdict of falseVerdicts(mixture)) expect(upper(shares[verdict]), verdict).toBeLessThan(0.05);
  });
});

describe("a candidate that is worse", () => {
  it.each([
    ["content", 60],
    ["content", 200],
    ["infrastructure", 60],
    ["infrastructure", 200],
  ] as const)("right on 65 % and missing on 15 % (%s) does not pass against 70 %, %i rows", (kind, count) => {
    for (const isCorrelated of [false, true]) {
      const world: World = {
        side: "optimized",
        kind,
        isCorrelated,
        rate: 0.15,
        base: 0.7,
        optimized: 0.65,
        rows: count,
      };
      const shares = verdicts(world);
      line(`65 % against 70 %, ${nameOf(world)}, ${count} rows`, percent(shares.improved));
      expect(upper(shares.improved)).toBeLessThan(0.05);
    }
  });
});

describe("a gain of a fifth on 100 rows is found", () => {
  line("power: 60 % to 80 %, 100 rows", " improved");
  const rates = [0, 0.02, 0.05] as const;
  it.each(
    rates.flatMap((rate) => (["content", "infrastructure"] as const).map((kind) => [rate, kind] as const)),
  )("%d missing on both sides by %s", (rate, kind) => {
    const world: World = {
      side: "both",
      kind,
      isCorrelated: false,
      rate,
      base: 0.6,
      optimized: 0.8,
      rows: 100,
    };
    const { improved } = verdicts(world, 1000);
    line(nameOf(world), percent(improved));
    // Bounding costs two points of the gain for every point that is missing on both sides.
    expect(improved).toBeGreaterThan(kind === "content" ? 0.75 : 0.8 - 8 * rate);
  });
});
