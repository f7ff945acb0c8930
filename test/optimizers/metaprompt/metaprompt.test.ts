import { expect, test } from "vitest";
import { rewriteOnce } from "../../../src/optimizers/metaprompt/metaprompt.ts";
import { metapromptOptions } from "../../../src/optimizers/metaprompt/options.ts";
import { allRules, promptOf, replyWith, searchWorld } from "../../support/search-world.ts";

test("sends one request per rewrite and a second one for an unchanged text, measures each in full and reports the better ones", async () => {
  const better = promptOf(allRules);
  const worse = promptOf([]);
  const world = searchWorld({
    reflect: (_, turn) => replyWith([better, worse][turn] ?? promptOf(["r1"])),
  });
  const { task, lab } = world;
  expect(await rewriteOnce(task, lab, metapromptOptions.parse({}))).toEqual({ stopped: "perfect", steps: 1 });
  expect(world.reflector.asked).toHaveLength(4);
  expect(world.reflector.asked[3]).toContain("- it equals the current instructions");
  const [, good, bad] = world.outcomeStore.candidates;
  const [before, after] = [task.seed.id, bad?.id ?? ""].map((id) => world.validationOf(id)?.toFixed(3));
  const short = (score = "") => String(Number(score));
  const proposed = { type: "candidate-proposed", step: 1, parents: [task.seed.id], by: "metaprompt" };
  expect(world.events).toEqual([
    { type: "step-started", step: 1, of: 1 },
    { ...proposed, candidate: good?.id, texts: { p: better } },
    { ...proposed, candidate: bad?.id, texts: { p: worse } },
    { type: "reply-refused", step: 1, cause: "unchanged", reason: "the same text as its parent" },
    {
      type: "candidate-rejected",
      step: 1,
      parents: [task.seed.id],
      reason: "the same text as its parent",
      texts: task.seed.texts,
    },
    { type: "candidate-accepted", step: 1, candidate: good?.id, validation: 1 },
    {
      type: "candidate-rejected",
      step: 1,
      candidate: bad?.id,
      parents: [task.seed.id],
      texts: { p: worse },
      reason: `validation ${short(after)}, no better than the present prompt's ${short(before)}`,
    },
    { type: "step-finished", step: 1, best: good?.id, validation: 1 },
  ]);
});

test("runs and shows no train rows without examples", async () => {
  const world = searchWorld();
  await rewriteOnce(world.task, world.lab, metapromptOptions.parse({ examples: 0 }));
  expect(world.target.asked.filter((asked) => asked.includes("train"))).toEqual([]);
  expect(world.reflector.asked.filter((asked) => asked.includes("# Examples"))).toEqual([]);
});

test("shows as many failures and successes as configured, in a different order for each rewrite", async () => {
  const world = searchWorld({ statedBySeed: ["r1", "r2", "r3"], limits: { candidatesPerStep: 2 } });
  await rewriteOnce(world.task, world.lab, metapromptOptions.parse({ examples: 5 }));
  const shown = world.reflector.asked.map((asked) => asked.match(/train \d+/g) ?? []);
  expect(shown).toHaveLength(2);
  const [first = [], second = []] = shown;
  expect(first).toHaveLength(5);
  expect([...first].sort()).toEqual([...second].sort());
  expect(first).not.toEqual(second);
  expect(world.reflector.asked[0]).toMatch(/^### Score\n\n0$/m);
  expect(world.reflector.asked[0]).toMatch(/^### Score\n\n1$/m);
});
