import { expect, test } from "vitest";
import type { Candidate, PromptTexts } from "../../../../src/core/prompt/candidate.ts";
import { createRandom } from "../../../../src/core/random.ts";
import { gepaOptions } from "../../../../src/optimizers/gepa/options.ts";
import { mergeLineages } from "../../../../src/optimizers/gepa/rewriting/merge.ts";
import { openGepaSearch } from "../../../../src/optimizers/gepa/state.ts";
import { exampleRow } from "../../../support/example-row.ts";
import { createSimulatedLab } from "../../../support/simulated-lab.ts";

const seed = { system: "S0", user: "U0 {{case}}" };
const rows = Array.from({ length: 12 }, (_, at) => exampleRow(`row-${at}`, { inputs: { case: String(at) } }));

/** Right on the first third for S1, on the second for U1; never on the last third. */
async function openMerge(members: readonly PromptTexts[]) {
  const lab = createSimulatedLab({
    seed,
    rollout: (texts, { inputs }) => {
      const third = Math.floor(Number(inputs["case"]) / 4);
      const isRight =
        (third === 0 && texts["system"] === "S1") || (third === 1 && texts["user"]?.startsWith("U1"));
      return { output: "x", score: { value: isRight ? 1 : 0 } };
    },
    reflector: () => ({ text: "", isCutOff: false }),
  });
  const limits = { candidatesPerStep: 2, maxSteps: 2, patience: 2 };
  const contract = { variables: {}, locked: [] };
  const task = { objective: "", seed: lab.seed, train: rows, validation: rows, limits, contract };
  const search = await openGepaSearch(task, lab, gepaOptions.parse({ merge: "components" }));
  for (const texts of members) {
    const draft = lab.draft(texts, [lab.seed.id]);
    const candidate = (draft.accepted ? draft.candidate : undefined) as Candidate;
    await search.cards.measure(candidate, rows);
    search.members.push(candidate);
    search.leader = candidate;
  }
  return { lab, search };
}

test("crosses two lineages that changed different texts, without a reflection", async () => {
  const { lab, search } = await openMerge([
    { ...seed, system: "S1" },
    { ...seed, user: "U1 {{case}}" },
  ]);
  expect(await mergeLineages(search, 2, createRandom(1))).toBe(true);
  expect(search.leader.texts).toEqual({ system: "S1", user: "U1 {{case}}" });
  expect(lab.measured(search.leader.id, rows)).toBeCloseTo(8 / 12);
  expect(lab.calls.reflections).toBe(0);
  expect(lab.events.map(({ type }) => type)).toEqual(["candidate-proposed", "candidate-accepted"]);
});

test("does not repeat a cross", async () => {
  const { lab, search } = await openMerge([
    { ...seed, system: "S1" },
    { ...seed, user: "U1 {{case}}" },
  ]);
  lab.draft({ system: "S1", user: "U1 {{case}}" }, []);
  expect(await mergeLineages(search, 2, createRandom(1))).toBe(false);
});

test("does not cross two members that changed the same text", async () => {
  const { search } = await openMerge([
    { ...seed, system: "S1" },
    { ...seed, system: "S2" },
  ]);
  expect(await mergeLineages(search, 2, createRandom(1))).toBe(false);
});
