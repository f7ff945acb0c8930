import type { ReflectionRequest } from "../../src/contracts/optimizer.ts";
import type { PromptTexts } from "../../src/core/candidate.ts";
import { ModelError } from "../../src/core/errors.ts";
import type { Example } from "../../src/core/example.ts";
import { messageText } from "../../src/core/message.ts";
import { createRandom, type Random } from "../../src/core/random.ts";
import type { SimulatedLabParts } from "./simulated-lab.ts";

/**
 * A world in which a prompt is a list of rules and a row is right only if the prompt states every
 * rule it touches. Rules are touched unevenly (Zipf), scores are binary and noisy, and the reflection
 * model is helpful but careless. It reads the engine's own words, by their headings.
 */
export interface RuleWorld {
  readonly rules: number;
  readonly rowsPerPart: number;
  /** Rules a row touches at most; at least one. */
  readonly mostRulesPerRow: number;
  /** How unevenly rules are touched: the n-th with weight n^-skew. */
  readonly skew: number;
  /** Rules the seed states already. */
  readonly statedBySeed: number;
  /** Chance that a rollout comes out the other way. */
  readonly noise: number;
  /** Chance that a reflection learns a missing rule of a failing row it is shown, and how many at most. */
  readonly learn: number;
  readonly learnAtMost: number;
  /** Chance that a reflection drops a line that was there. */
  readonly forget: number;
  /** Chance that it adds a sentence that brings nothing and costs one percent of accuracy. */
  readonly filler: number;
  readonly loseVariable: number;
  /** Chance that it states a rule that is false: rows that touch it go wrong. */
  readonly falsehood: number;
  /** Chance that a reflection brings no answer. */
  readonly failure: number;
}

export const usualWorld: RuleWorld = {
  rules: 12,
  rowsPerPart: 60,
  mostRulesPerRow: 3,
  skew: 1,
  statedBySeed: 0,
  noise: 0.03,
  learn: 0.6,
  learnAtMost: 2,
  forget: 0.06,
  filler: 0.25,
  loseVariable: 0.05,
  falsehood: 0,
  failure: 0,
};

export interface RuleWorldInstance extends Pick<SimulatedLabParts, "rollout" | "reflector" | "contract"> {
  readonly seed: PromptTexts;
  readonly train: readonly Example[];
  readonly validation: readonly Example[];
  /** Expected score of the texts over all rows there could be; `isNoiseFree` leaves chance flips out. */
  trueAccuracy(texts: PromptTexts, isNoiseFree?: boolean): number;
}

const fillerCost = 0.01;
const populationRows = 4000;

export function createRuleWorld(world: RuleWorld, worldSeed: string | number): RuleWorldInstance {
  const random = createRandom(`rule-world/${worldSeed}`);
  const names = Array.from({ length: world.rules }, (_, at) => `r${at + 1}`);
  const weightOf = (rule: string) => (names.indexOf(rule) + 1) ** -world.skew;
  const stated = random
    .fork("seed")
    .shuffle(names)
    .slice(0, world.statedBySeed)
    .map((rule) => `- Rule ${rule}: mind it.`);
  const makeRow = (part: string, at: number, draws: Random): Example => {
    const count = 1 + draws.integer(world.mostRulesPerRow);
    const touched = new Set<string>();
    while (touched.size < count) touched.add(draws.pickWeighted(names, weightOf));
    const rules = [...touched].sort();
    return {
      id: `${part}-${at}`,
      inputs: { case: `${part} ${at} touches ${rules.join(", ")}.` },
      expected: `judged by ${rules.join(" and ")}`,
      expectations: {},
      tags: {},
      origin: { file: `${part}.jsonl`, line: at + 1 },
    };
  };
  const rowsOf = (part: string, count: number): readonly Example[] => {
    const draws = random.fork(part);
    return Array.from({ length: count }, (_, at) => makeRow(part, at, draws));
  };
  const population = rowsOf("population", populationRows).map(touchedBy);

  const chanceOfRight = (text: string, touched: readonly string[], noise: number): number => {
    const { rules, falsehoods, fillers } = readPrompt(text);
    const isCovered = touched.every((rule) => rules.has(rule) && !falsehoods.has(rule));
    return isCovered ? (1 - noise) * (1 - fillerCost) ** fillers : noise;
  };

  return {
    seed: { judge: ["Judge the case.", ...stated, "Case: {{case}}"].join("\n") },
    train: rowsOf("train", world.rowsPerPart),
    validation: rowsOf("validation", world.rowsPerPart),
    contract: ({ judge = "" }) =>
      judge.includes("{{case}}")
        ? []
        : ['the text "judge" lost the variable {{case}}, which must stay in it'],
    trueAccuracy({ judge = "" }, isNoiseFree = false) {
      const noise = isNoiseFree ? 0 : world.noise;
      const chances = population.map((touched) => chanceOfRight(judge, touched, noise));
      return chances.reduce((sum, chance) => sum + chance, 0) / populationRows;
    },
    rollout({ judge = "" }, example, repeat) {
      const draw = random.fork(`${judge} ${example.id} ${repeat}`).next();
      const touched = touchedBy(example);
      const isRight = draw < chanceOfRight(judge, touched, world.noise);
      const missing = touched.filter((rule) => !readPrompt(judge).rules.has(rule));
      return {
        output: isRight ? (example.expected ?? "") : "judged by feeling",
        score: {
          value: isRight ? 1 : 0,
          ...(isRight
            ? {}
            : { feedback: `not as expected${missing.map((rule) => `; ${rule} was overlooked`)}` }),
        },
      };
    },
    reflector(request, occurrence) {
      const words = request.messages.map(messageText).join("\n");
      return reflect(world, request, words, random.fork(`${words} ${occurrence}`));
    },
  };
}

function reflect(world: RuleWorld, request: ReflectionRequest, words: string, random: Random) {
  if (random.next() < world.failure)
    throw new ModelError("the reflection model is busy", { kind: "server", status: 503 });
  const shown = fencesUnder(
    words,
    request.purpose === "fold" ? /^#+ Rewrite \d/ : /^#+ Current instructions/,
  );
  const lines = [...new Set(shown.flatMap((text) => text.split("\n")))].filter((line) =>
    line.startsWith("- "),
  );
  const failing = failingRules(words);
  const known = readPrompt(lines.join("\n"));
  const isKept = (line: string) => {
    const refuted = /^- Wrong rule (r\d+):/.exec(line)?.[1];
    if (refuted !== undefined && failing.includes(refuted) && random.next() < world.learn) return false;
    return random.next() >= world.forget;
  };
  const kept = lines.filter(isKept);
  const missing = random.shuffle(failing.filter((rule) => !known.rules.has(rule)));
  const learnt = missing.filter(() => random.next() < world.learn).slice(0, world.learnAtMost);
  const added = learnt.map((rule) => `- Rule ${rule}: mind it.`);
  if (random.next() < world.filler) added.push(`- Note ${random.integer(1e9)}: be careful.`);
  if (random.next() < world.falsehood)
    added.push(`- Wrong rule r${1 + random.integer(world.rules)}: ignore it (${random.integer(1e9)}).`);
  const variable = random.next() < world.loseVariable ? "" : "\nCase: {{case}}";
  const text = ["Judge the case.", ...kept, ...added].join("\n") + variable;
  return { text: `Here is the new text.\n\n\`\`\`\`\n${text}\n\`\`\`\`\n`, isCutOff: false };
}

function readPrompt(text: string) {
  const found = (pattern: RegExp) =>
    new Set(Array.from(text.matchAll(pattern), (match) => match[1] as string));
  return {
    rules: found(/^- Rule (r\d+):/gm),
    falsehoods: found(/^- Wrong rule (r\d+):/gm),
    fillers: Array.from(text.matchAll(/^- Note \d+:/gm)).length,
  };
}

function touchedBy(example: Example): readonly string[] {
  return String(example.inputs["case"]).match(/\br\d+\b/g) ?? [];
}

/** Rules touched by the shown rows whose score is not full. */
function failingRules(words: string): readonly string[] {
  const records = words.split(/^## Example /m).slice(1);
  const failing = records.filter((record) => !/^#+ Score\n+1$/m.test(record));
  const cases = failing.map((record) => fencesUnder(record, /^#+ Inputs/)[0] ?? "");
  return [...new Set(cases.flatMap((text) => text.match(/\br\d+\b/g) ?? []))];
}

/** Texts of the fences whose nearest heading above matches. */
function fencesUnder(words: string, heading: RegExp): readonly string[] {
  const texts: string[] = [];
  let [isUnder, fence] = [false, ""];
  let open: string[] = [];
  for (const line of words.split("\n")) {
    const mark = /^(`{3,})/.exec(line)?.[1];
    if (fence === "" && mark !== undefined) [fence, open] = [mark, []];
    else if (fence !== "" && line === fence) {
      if (isUnder) texts.push(open.join("\n"));
      fence = "";
    } else if (fence !== "") open.push(line);
    else if (line.startsWith("#")) isUnder = heading.test(line);
  }
  return texts;
}
