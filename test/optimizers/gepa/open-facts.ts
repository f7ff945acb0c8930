import type { Example } from "../../../src/core/data/example.ts";
import type { Candidate } from "../../../src/core/prompt/candidate.ts";
import { gepaOptions } from "../../../src/optimizers/gepa/options.ts";
import type { Rewrite } from "../../../src/optimizers/gepa/rewriting/rewrite.ts";
import { openGepaSearch } from "../../../src/optimizers/gepa/state.ts";
import { createSimulatedLab } from "../../support/simulated-lab.ts";

export interface FactsWorld {
  /** Per train row, the facts needed to get it right, as one string. */
  readonly train: readonly string[];
  readonly validation?: readonly string[];
  /** Text of the seed, without the line with the case. */
  readonly seed?: string;
  readonly options?: object;
  readonly calls?: number;
  /** A text that every prompt must keep. */
  readonly mustHold?: string;
  /** The answers of the reflection model in order; the last one is repeated. */
  readonly replies?: readonly string[];
  /** True if this rollout fails by chance. */
  readonly isUnlucky?: (text: string, row: string, repeat: number) => boolean;
}

/** A text with the line that every text has. */
export function factsPrompt(...sentences: readonly string[]): string {
  return [...sentences, "Case: {{case}}"].join("\n");
}

/**
 * A search in a world where a row is right if the text has `Mind x.` or `Heed x.` for each fact x it needs,
 * and no `Doubt x.` for any of them.
 */
export async function openFacts(world: FactsWorld) {
  const { mustHold = "", replies = [""] } = world;
  const lab = createSimulatedLab({
    seed: { p: factsPrompt(world.seed ?? "Judge.") },
    ...(world.calls === undefined ? {} : { calls: world.calls }),
    contract: ({ p = "" }) => (p.includes(mustHold) ? [] : [`the text lost ${mustHold}`]),
    rollout({ p = "" }, { id, inputs }, repeat) {
      const facts = String(inputs["case"]).split(" ").filter(Boolean);
      const isRight = facts.every((fact) => isStated(p, fact));
      const isLucky = !(world.isUnlucky?.(p, id, repeat) ?? false);
      return { output: "an answer", score: { value: isRight && isLucky ? 1 : 0 } };
    },
    reflector: () => {
      const reply = replies[Math.min(lab.requests.length, replies.length) - 1] ?? "";
      return { text: `\`\`\`\`\n${reply}\n\`\`\`\``, isCutOff: false };
    },
  });
  const task = {
    objective: "",
    seed: lab.seed,
    train: rowsOf("train", world.train),
    validation: rowsOf("validation", world.validation ?? ["a", "b", "a b"]),
    limits: { candidatesPerStep: 2, maxSteps: 3, patience: 3 },
    contract: { variables: { p: ["case"] }, locked: [] },
  };
  const search = await openGepaSearch(task, lab, gepaOptions.parse(world.options ?? {}));
  const draft = (...sentences: readonly string[]): Candidate => {
    const drafted = lab.draft({ p: factsPrompt(...sentences) }, [lab.seed.id]);
    if (!drafted.accepted) throw new Error(drafted.problems.join("; "));
    return drafted.candidate;
  };
  /** A rewrite of the seed, learned from these train rows. */
  const rewriteOf = (candidate: Candidate, learntFrom: readonly Example[]): Rewrite => {
    const lesson = learntFrom.map((example) => ({ example, output: "no", score: { value: 0 } }));
    search.provenance.note(lab.seed.texts, candidate.texts, lesson);
    return { by: "reflection", candidate, parents: [lab.seed], minibatch: learntFrom, lesson };
  };
  return { lab, task, search, draft, rewriteOf };
}

function isStated(text: string, fact: string): boolean {
  return (
    [`Mind ${fact}.`, `Heed ${fact}.`].some((one) => text.includes(one)) && !text.includes(`Doubt ${fact}.`)
  );
}

function rowsOf(part: string, facts: readonly string[]): readonly Example[] {
  return facts.map((some, at) => ({
    id: `${part}-${at}`,
    inputs: { case: some },
    expected: "an answer",
    expectations: {},
    tags: {},
    origin: { file: `${part}.jsonl`, line: at + 1 },
  }));
}
