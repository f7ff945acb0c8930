import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { evalOutputSchema } from "../../../src/cli/commands/eval/output.ts";
import { createHttpProject, offlineAnswer } from "../../support/http-project.ts";
import { type LoopbackOpenAI, startLoopbackOpenAI } from "../../support/loopback-openai.ts";
import { runCli } from "../../support/run-cli.ts";

/** Output tokens of an answer to a row; the limit cuts off longer ones. */
let length = 100;
let server: LoopbackOpenAI;

const limits = () => server.requests.map(({ body }) => body["max_tokens"] ?? null);

beforeEach(async () => {
  length = 100;
  server = await startLoopbackOpenAI({
    answer(request) {
      const limit = Number(request["max_tokens"] ?? Number.POSITIVE_INFINITY);
      const text = offlineAnswer(request);
      const usage = { input: 30, output: Math.min(length, limit) };
      return length > limit ? { text: text.slice(0, 1), finishReason: "length", usage } : { text, usage };
    },
  });
});

afterEach(() => server.close());

function createProject(model: object = {}) {
  const project = createHttpProject({
    baseUrl: server.baseUrl,
    rows: 6,
    model: { price: { input: 1, output: 1 }, retries: 0, ...model },
  });
  const cli = async (...args: string[]) => {
    const env = { OPENAI_API_KEY: "sk-test" };
    return runCli(args, { cwd: project.directory, env });
  };
  const evaluate = async (...flags: string[]) => {
    const before = server.requests.length;
    const result = await cli("eval", "config.yaml", "--json", ...flags);
    const [one] = evalOutputSchema.parse(result.json).results;
    if (one === undefined) throw new Error(result.stderr);
    return { one, stderr: result.stderr, asked: limits().slice(before) };
  };
  return { cli, evaluate };
}

describe("a limit added by --max-cost", () => {
  test("is sent with every request and is not part of the answer's address", async () => {
    const { evaluate } = createProject();
    const capped = await evaluate("--max-cost", "5");
    expect(capped.asked).toEqual(Array(6).fill(4096));
    const open = await evaluate();
    expect(open.asked).toEqual([]);
    // The cost is known even if another session paid it.
    expect(open.one.usage).toMatchObject({ calls: 0, cached_calls: 6, usd: 0 });
    expect(open.one.usd_per_call).toBeCloseTo(130 / 1e6, 12);
    expect(open.one.latency_ms).toBeGreaterThan(0);
  });

  test("is enlarged once; both answers are billed and counted", async () => {
    length = 5000;
    const { evaluate } = createProject();
    const { one, asked } = await evaluate("--max-cost", "5");
    expect([...asked].sort()).toEqual([...Array(6).fill(16_384), ...Array(6).fill(4096)]);
    expect(one.usage).toMatchObject({ calls: 12, retries: 6, output_tokens: 6 * (4096 + 5000) });
    expect((await evaluate()).asked).toEqual([]);
  });

  test("leaves no final answer if it cuts off again, warns once and names the setting to change", async () => {
    length = 20_000;
    const { evaluate } = createProject();
    const { one, asked, stderr } = await evaluate("--max-cost", "5", "-v");
    expect(asked).toHaveLength(12);
    expect(one.score).toBe(0);
    const warning =
      "small: an answer was cut off by the limit of 4,096 output tokens that --max-cost sets; such answers are requested once more with 16,384. Set max_tokens of resources.llms.small to choose the limit yourself";
    expect(stderr.split(warning)).toHaveLength(2);
    const open = await evaluate();
    expect(open.asked).toEqual(Array(6).fill(null));
    expect(open.one.score).toBeGreaterThan(0);
  });

  test("does not replace the user's own, which cuts an answer off for good", async () => {
    length = 500;
    const { evaluate } = createProject({ max_tokens: 200 });
    const { one, asked } = await evaluate("--max-cost", "5");
    expect(asked).toEqual(Array(6).fill(200));
    expect(one).toMatchObject({ score: 0, failed: 0 });
    expect((await evaluate()).asked).toEqual([]);
  });

  test("is 32,768 for a known reasoning model", async () => {
    const { evaluate } = createProject({ name: "qwq-32b" });
    expect((await evaluate("--max-cost", "5")).asked).toEqual(Array(6).fill(32_768));
  });
});

test("--dry-run and validate call no model", async () => {
  const { cli } = createProject();
  for (const args of [
    ["run", "config.yaml", "--dry-run"],
    ["validate", "config.yaml"],
  ]) {
    expect((await cli(...args)).exitCode).toBe(0);
  }
  expect(server.requests).toEqual([]);
});
