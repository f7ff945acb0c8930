import { expect, test } from "vitest";
import type { Candidate } from "../../../../src/core/prompt/candidate.ts";
import { gepaOptions } from "../../../../src/optimizers/gepa/options.ts";
import { foldRewrites } from "../../../../src/optimizers/gepa/rewriting/fold.ts";
import type { Rewrite } from "../../../../src/optimizers/gepa/rewriting/rewrite.ts";
import { openGepaSearch } from "../../../../src/optimizers/gepa/state.ts";
import { exampleRow } from "../../../support/example-row.ts";
import { createSimulatedLab } from "../../../support/simulated-lab.ts";

const row = (id: string) => exampleRow(id, { inputs: { case: `case ${id}` }, expected: "yes" });

async function openFold(reply = "````\nBe brief, kind and clear.\n````") {
  const lab = createSimulatedLab({
    seed: { system: "Be brief.", user: "Case: {{case}}" },
    rollout: () => ({ output: "no", score: { value: 0, feedback: "expected yes" } }),
    reflector: () => ({ text: reply, isCutOff: false }),
  });
  const task = {
    objective: "Judge cases.",
    seed: lab.seed,
    train: ["a", "b"].map(row),
    validation: ["c", "d"].map(row),
    limits: { candidatesPerStep: 3, maxSteps: 3, patience: 3 },
    contract: { variables: { user: ["case"] }, locked: [] },
  };
  const search = await openGepaSearch(task, lab, gepaOptions.parse({}));
  const rewrite = (texts: Readonly<Record<string, string>>, learntFrom: readonly string[] = []): Rewrite => {
    const draft = lab.draft({ ...lab.seed.texts, ...texts }, [lab.seed.id]);
    const lesson = learntFrom.map((id) => ({ example: row(id), output: "no", score: { value: 0 } }));
    const candidate = (draft.accepted ? draft.candidate : undefined) as Candidate;
    return { by: "reflection", candidate, parents: [lab.seed], minibatch: [], lesson };
  };
  return { lab, search, rewrite };
}

test("texts changed by only one rewrite are taken unchanged, without a reflection", async () => {
  const { lab, search, rewrite } = await openFold();
  const fold = await foldRewrites(search, 1, [
    rewrite({ system: "Be brief and kind." }),
    rewrite({ user: "Judge this case: {{case}}" }),
  ]);
  expect(fold?.candidate.texts).toEqual({ system: "Be brief and kind.", user: "Judge this case: {{case}}" });
  expect(lab.calls.reflections).toBe(0);
});

test("a text changed by several rewrites is combined by a reflection that sees them all", async () => {
  const { lab, search, rewrite } = await openFold();
  const [one, other] = [
    rewrite({ system: "Be brief and kind." }, ["a"]),
    rewrite({ system: "Be clear." }, ["b"]),
  ];
  await search.cards.measure(one.candidate, search.task.validation);
  const fold = await foldRewrites(search, 3, [one, other]);
  expect(fold?.candidate.texts["system"]).toBe("Be brief, kind and clear.");
  expect(fold?.candidate.parents).toEqual([one.candidate.id, other.candidate.id]);
  expect(lab.requests).toHaveLength(1);
  expect(lab.requests[0]?.purpose).toBe("fold");
  const asked = String(lab.requests[0]?.messages[1]?.content);
  expect(asked).toContain("# Current instructions\n\n```system\nBe brief.\n```");
  expect(asked).toContain(
    "## Rewrite 1\n\nCompared with the current instructions: better on 0 and worse on 0 of 2 rows.\n\n```system\nBe brief and kind.\n```",
  );
  expect(asked).toContain("## Rewrite 2\n\nNot measured yet.\n\n```system\nBe clear.\n```");
  expect(asked).toContain("case: case a");
  expect(asked).toContain("case: case b");
});

test("one rewrite cannot be folded", async () => {
  const { search, rewrite } = await openFold();
  expect(await foldRewrites(search, 1, [rewrite({ system: "Be kind." })])).toBeUndefined();
});

test("a fold equal to one of its rewrites is discarded", async () => {
  const { lab, search, rewrite } = await openFold("````\nBe clear.\n````");
  const rewrites = [rewrite({ system: "Be kind." }), rewrite({ system: "Be clear." })];
  expect(await foldRewrites(search, 1, rewrites)).toBeUndefined();
  expect(lab.events.at(-1)).toMatchObject({
    type: "candidate-rejected",
    reason: "the same text as its parent",
  });
  // The same rewrites would be combined into the same text.
  expect(lab.calls.reflections).toBe(1);
});

test("shows at most fifteen failures, evenly from the rewrites", async () => {
  const { lab, search, rewrite } = await openFold();
  const ids = (from: number) => Array.from({ length: 10 }, (_, at) => `row-${from + at}`);
  await foldRewrites(search, 1, [
    rewrite({ system: "Be kind." }, ids(0)),
    rewrite({ system: "Be clear." }, ids(10)),
  ]);
  const asked = String(lab.requests[0]?.messages[1]?.content);
  const shown = [...asked.matchAll(/case: case row-(\d+)/g)].map(([, id]) => Number(id));
  expect(shown).toHaveLength(15);
  expect(shown.filter((id) => id < 10)).toHaveLength(8);
});
