import { rmSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type RunOutput, runOutputSchema } from "../../../src/cli/commands/run/output.ts";
import { createOutcomeStore } from "../../../src/run/lab/outcome-store.ts";
import { paretoTable } from "../../../src/run/record/optimization-record.ts";
import { chooseWinner } from "../../../src/run/search/choose-winner.ts";
import { planOf, rows } from "../../support/lab-world.ts";
import { basePrompt, createWorldProject } from "../../support/world-project.ts";

const validation = rows(10);

interface Given {
  readonly right: number;
  readonly promptTokens: number;
  readonly usd: number | null;
  readonly rows?: number;
}

async function tableOf(given: readonly Given[], plan = planOf()) {
  const outcomeStore = createOutcomeStore();
  for (const [at, { right, promptTokens, usd, rows: seen }] of given.entries()) {
    outcomeStore.add({ id: `c${at}`, texts: { p: `${at}` }, parents: [], promptTokens });
    for (const [row, example] of validation.slice(0, seen).entries()) {
      const cost = { outputTokens: 2 + (row % 2), usd };
      const outcome = { example, output: "x", cost, score: { value: row < right ? 1 : 0 } };
      outcomeStore.keep(`c${at}`, example, 0, Promise.resolve(outcome));
    }
  }
  await new Promise(setImmediate);
  const winner = chooseWinner(plan, outcomeStore, validation);
  if (winner === undefined) throw new Error("not even the base was measured");
  return paretoTable(winner, "c0");
}

describe("quality and price", () => {
  test("lists candidates that no other one beats in both, best first", async () => {
    const { price, reason, entries } = await tableOf([
      { right: 3, promptTokens: 10, usd: 0.001 },
      { right: 9, promptTokens: 90, usd: 0.004 },
      { right: 6, promptTokens: 40, usd: 0.002 },
      { right: 6, promptTokens: 50, usd: 0.003 },
      { right: 10, promptTokens: 5, usd: 0.0001, rows: 9 },
    ]);
    expect([price, reason]).toEqual(["usd", "the best estimate"]);
    expect(entries.map(({ candidate }) => candidate)).toEqual(["c1", "c2", "c0"]);
    expect(entries[0]).toMatchObject({ isChosen: true, isBase: false, measured: 0.9, promptTokens: 90 });
    expect(entries[0]?.outputTokens).toBeCloseTo(2.5, 12);
    expect(entries[0]?.usdPerThousandCalls).toBeCloseTo(4, 12);
    expect(entries[2]).toMatchObject({ isChosen: false, isBase: true, measured: 0.3 });
  });

  test("with one unknown price, compares length and shows no dollars", async () => {
    const { price, entries } = await tableOf([
      { right: 3, promptTokens: 10, usd: 0.009 },
      { right: 9, promptTokens: 90, usd: null },
      { right: 6, promptTokens: 40, usd: 0.001 },
    ]);
    expect(price).toBe("prompt_tokens");
    expect(entries.map(({ usdPerThousandCalls }) => usdPerThousandCalls)).toEqual([
      null,
      expect.closeTo(1, 12),
      expect.closeTo(9, 12),
    ]);
  });

  test("cheapest_within takes the cheapest of those nearly as good, with a reason", async () => {
    const plan = planOf({ select: { kind: "cheapest_within", margin: 0.12 } });
    const { reason, entries } = await tableOf(
      [
        { right: 2, promptTokens: 10, usd: 0.001 },
        { right: 9, promptTokens: 50, usd: 0.004 },
        { right: 8, promptTokens: 90, usd: 0.002 },
      ],
      plan,
    );
    expect(entries.find(({ isChosen }) => isChosen)?.candidate).toBe("c2");
    expect(reason).toMatch(/^the cheapest within 0.12 of the best estimate, 0\.\d{3}$/);
  });

  test("apart from base and chosen one, lists exactly the unbeaten candidates", async () => {
    const given = fc.record({
      right: fc.integer({ min: 0, max: 10 }),
      promptTokens: fc.integer({ min: 1, max: 50 }),
      usd: fc.constantFrom(0.001, 0.002, 0.003, null),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(given, { minLength: 1, maxLength: 8 }), async (all) => {
        const { price, entries } = await tableOf(all);
        const of = ({ right, promptTokens, usd }: Given) =>
          [right / 10, price === "usd" ? (usd ?? 0) : promptTokens] as const;
        const beaten = (one: Given) =>
          all.some((other) => {
            const [[quality, cost], [better, cheaper]] = [of(one), of(other)];
            return better >= quality && cheaper <= cost && (better > quality || cheaper < cost);
          });
        const listed = new Map(entries.map((entry) => [entry.candidate, entry]));
        expect(entries.filter(({ isBase }) => isBase)).toHaveLength(1);
        expect(entries.filter(({ isChosen }) => isChosen)).toHaveLength(1);
        for (const [at, one] of all.entries()) {
          const entry = listed.get(`c${at}`);
          if (entry !== undefined && !entry.isBase && !entry.isChosen) expect(beaten(one)).toBe(false);
          const twin = all.findIndex((other) => String(of(other)) === String(of(one)));
          if (!beaten(one) && twin === at) expect(entry).toBeDefined();
        }
      }),
    );
  });
});

describe("in a run", () => {
  const wordy = `accuracy=0.95 ${"please ".repeat(40)}Answer: {{text}}`;
  const terse = "accuracy=0.93 Answer: {{text}}";
  const options = {
    texts: [wordy, terse],
    optimization: { select: { cheapest_within: 0.05 } },
    model: { price: { input: 10, output: 20 } },
  };
  const pareto = (json: unknown): RunOutput["optimizations"][number]["pareto"] =>
    runOutputSchema.parse(json).optimizations[0]?.pareto;

  test("registers the cheaper of two equally good candidates, with the cost per call of each", async () => {
    const project = createWorldProject(options);
    const { json, stderr } = await project.run(["--json"]);
    expect(stderr).not.toContain("error");
    const [one] = runOutputSchema.parse(json).optimizations;
    expect(one?.optimized?.template).toBe(terse);
    const entries = pareto(json)?.entries ?? [];
    expect(entries.filter(({ chosen }) => chosen)).toHaveLength(1);
    // The model counts one token per character, answers `yes`, `no`, `not yes` or `not no`, at 10 and 20 $
    // per million.
    for (const { output_tokens: output, usd_per_thousand_calls: usd } of entries) {
      expect(output).toBeGreaterThanOrEqual(2);
      expect(usd).toBeGreaterThan(((output ?? 0) * 20) / 1000);
    }
    const base = entries.find((entry) => entry.base);
    const text = basePrompt.length - "{{text}}".length + "row 10 says yes".length;
    expect(base?.usd_per_thousand_calls).toBeCloseTo((text * 10 + (base?.output_tokens ?? 0) * 20) / 1000, 1);
  });

  test("is the same when resumed, replayed, or answered from the cache", async () => {
    const project = createWorldProject(options);
    const first = await project.run(["--json"]);
    const table = pareto(first.json);
    expect(table?.entries.length).toBeGreaterThan(1);
    const [run = ""] = project.runs();
    const calls = project.world.calls.length;
    for (const args of [["--resume"], ["--replay", run], []]) {
      // Without the registry a fresh run has the same base, and the cache has all answers.
      if (args.length === 0) rmSync(join(project.directory, "prompts"), { recursive: true });
      expect(pareto((await project.run(["--json", ...args])).json)).toEqual(table);
    }
    expect(project.world.calls.length).toBe(calls);
    expect(
      JSON.parse(project.read(".dao-opt", "runs", run, "record.json")).optimizations[0].pareto,
    ).toMatchObject({
      price: "usd",
      entries: table?.entries.map(({ candidate, chosen }) => ({ candidate, is_chosen: chosen })),
    });
  });

  test("without prices, the document and the summary stay the same, and the report has the table", async () => {
    const project = createWorldProject({ ...options, optimization: {} });
    const { stdout } = await project.run();
    expect(stdout).not.toContain("quality against price");
    const [run = ""] = project.runs();
    expect(project.read(".dao-opt", "runs", run, "report.html")).toContain("Quality against price</h2>");
    expect(pareto((await project.run(["--resume", "--json"])).json)).toBeUndefined();
  });

  test("objectives reach the engine", async () => {
    const project = createWorldProject({
      ...options,
      optimization: { objectives: { quality: 1, prompt_tokens: 0.1 } },
    });
    const seen: unknown[] = [];
    project.world.optimize = async ({ objectives }) => {
      seen.push(objectives);
      return { stopped: "max_steps", steps: 0 };
    };
    await project.run();
    expect(seen).toEqual([{ quality: 1, promptTokens: 0.1, select: { kind: "best" } }]);
  });
});
