/** A world: what a prompt must state, how careless the reflection model is, how loud the noise. */
export interface WorldSpec {
  readonly name: string;
  /** What is hard about it, in a line. */
  readonly summary: string;
  /** Topics there are; each has one rule that a prompt must state. */
  readonly rules: number;
  /** Skew of the topics: weight of the n-th is n^−zipf. */
  readonly zipf: number;
  /** Weights of rows that touch 1, 2, 3 … topics. */
  readonly topicsPerRow: readonly number[];
  /** Topics whose rule the seed prompt states already. */
  readonly statedBySeed: number;
  /** Chance that an answer is inverted. */
  readonly noise: number;
  /** Chance that a reflection learns a missing rule it is shown, and how many at most. */
  readonly learn: number;
  readonly learnAtMost: number;
  /** Chance that a reflection drops a sentence it was given. */
  readonly forget: number;
  /** Chance that a reflection adds a useless sentence. */
  readonly filler: number;
  /** Chance that a reflection leaves the placeholder out. */
  readonly losePlaceholder: number;
  /** Chance that a reflection adds a false rule: rows with its topic fail while it is in the prompt. */
  readonly falsehood: number;
  /** Pairs of topics (1 and 2, 5 and 6, 9 and 10 …) whose rules exclude each other: stated together, both fail. */
  readonly hasConflicts: boolean;
  /** Share of accuracy that every useless sentence costs. */
  readonly fillerCost: number;
  /** Share of accuracy that every rule costs, true or false, by making the prompt longer. */
  readonly ruleCost: number;
  /** Demonstrations touching a topic that serve it as its rule would; 0 where none do. */
  readonly demonstrationsToLearn: number;
  readonly rows: { readonly train: number; readonly validation: number; readonly test: number };
}

const reference: WorldSpec = {
  name: "reference",
  summary: "12 rules, of which each row touches 1 to 3; some learning, some forgetting",
  rules: 12,
  zipf: 1,
  topicsPerRow: [1, 1 / 2, 1 / 3],
  statedBySeed: 0,
  noise: 0.03,
  learn: 0.6,
  learnAtMost: 2,
  forget: 0.06,
  filler: 0.25,
  losePlaceholder: 0.05,
  falsehood: 0,
  hasConflicts: false,
  fillerCost: 0.01,
  ruleCost: 0,
  demonstrationsToLearn: 0,
  rows: { train: 60, validation: 60, test: 200 },
};

/** Every world by name; each is described in the README beside this file. */
export const worlds: readonly WorldSpec[] = [
  reference,
  {
    ...reference,
    name: "broad",
    summary: "12 rules; rows touch 1, 2 or 3 of them equally often",
    topicsPerRow: [1, 1, 1],
  },
  {
    ...reference,
    name: "noisy",
    summary: "8 rules, 15 % noise, much forgetting",
    rules: 8,
    noise: 0.15,
    forget: 0.12,
  },
  {
    ...reference,
    name: "slow",
    summary: "20 rules, learned one at a time",
    rules: 20,
    learnAtMost: 1,
  },
  {
    ...reference,
    name: "false",
    summary: "two reflections in five state a false rule",
    falsehood: 0.4,
  },
  {
    ...reference,
    name: "conflicts",
    summary: "rules that exclude each other, and every rule makes the prompt worse for the rest",
    topicsPerRow: [1, 1 / 2],
    hasConflicts: true,
    ruleCost: 0.01,
    fillerCost: 0.03,
  },
  {
    ...reference,
    name: "rare",
    summary: "30 rules, all equally rare, one a row",
    rules: 30,
    zipf: 0,
    topicsPerRow: [1],
  },
  {
    ...reference,
    name: "mature",
    summary: "the seed states all but the three rarest of 12 rules; most rewrites do harm",
    statedBySeed: 9,
    noise: 0.08,
    forget: 0.1,
    filler: 0.5,
    fillerCost: 0.02,
  },
  {
    ...reference,
    name: "examples",
    summary: "two demonstrations of a topic serve as its rule, which reflections seldom learn",
    learn: 0.1,
    learnAtMost: 1,
    demonstrationsToLearn: 2,
  },
];

/** The world of that name; throws an Error that lists the names there are. */
export function worldNamed(name: string): WorldSpec {
  const found = worlds.find((world) => world.name === name);
  if (found === undefined)
    throw new Error(`there is no world "${name}"; there are ${worlds.map((world) => world.name).join(", ")}`);
  return found;
}

/** Do the rules of these two topics (from 1) exclude each other? */
export function isConflict(world: WorldSpec, one: number, other: number): boolean {
  const [low, high] = [Math.min(one, other), Math.max(one, other)];
  return world.hasConflicts && high === low + 1 && low % 4 === 1;
}
