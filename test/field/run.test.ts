import { afterEach, describe, expect, it } from "vitest";
import { runOutputSchema } from "../../src/cli/commands/run/output.ts";
import { createFieldProject, type FieldOptions, type FieldProject } from "../support/field-project.ts";
import { chat, geminiError, openaiError } from "../support/quirks/wire-shapes.ts";

const projects: FieldProject[] = [];
afterEach(async () => {
  await Promise.all(projects.splice(0).map((project) => project.close()));
});

async function start(options: FieldOptions): Promise<FieldProject> {
  const project = await createFieldProject(options);
  projects.push(project);
  return project;
}

async function run(project: FieldProject, ...args: readonly string[]) {
  const result = await project.cli(["run", "config.yaml", "--json", "--no-cache", ...args]);
  const output = runOutputSchema.parse(result.json);
  const [one] = output.optimizations;
  if (one === undefined) throw new Error(`no optimization: ${result.stderr}`);
  return { ...result, output, one };
}

type Ran = Awaited<ReturnType<typeof run>>;

/**
 * The account agrees with the server's own count. Calls dropped when a run ended at once may have been billed:
 * they count, up to the number in progress.
 */
function expectTrueAccount({ one }: Ran, { server }: FieldProject, dropped = 0): void {
  const { calls, lost_calls } = one.usage.total;
  expect(calls + lost_calls, "billed attempts as reported").toBeGreaterThanOrEqual(server.billable);
  expect(calls + lost_calls, "billed attempts as reported").toBeLessThanOrEqual(server.billable + dropped);
}

const dayQuota = geminiError(429, "You exceeded your current quota.", "RESOURCE_EXHAUSTED", [
  {
    "@type": "type.googleapis.com/google.rpc.QuotaFailure",
    violations: [{ quotaId: "GenerateRequestsPerDayPerProjectPerModel-FreeTier" }],
  },
  { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "47s" },
]);

describe("a run", () => {
  it("scores a reasoning target by its answers, and counts hidden reasoning as output", async () => {
    let output = 0;
    const project = await start({
      respond: ({ row, answer }) => {
        if (row === undefined) return undefined;
        output += 105;
        const usage = { prompt_tokens: 20, completion_tokens: 5, total_tokens: 125 };
        return chat({ content: `<think>yes? no?</think>\n${answer}`, usage });
      },
    });
    const ran = await run(project);
    expect(ran.one).toMatchObject({ status: "improved" });
    expect(ran.one.usage.target.output_tokens).toBe(output);
    expectTrueAccount(ran, project);
  });

  it.each(["length", "content_filter"])(
    "does not register a candidate whose wrong answers end with %s",
    async (finish) => {
      const project = await start({
        accuracy: 0.7,
        rows: 100,
        respond: ({ row, accuracy, isRight, answer }) => {
          if (row === undefined) {
            return chat({ content: "```\naccuracy=0.65 Answer: {{text}}\n```" });
          }
          return accuracy === 0.65 && !isRight ? chat({ content: answer.slice(0, 2), finish }) : undefined;
        },
      });
      const ran = await run(project);
      expect(ran.one.status).not.toBe("improved");
      expect(ran.one.optimized).toBeNull();
      expect(project.versions()).toBe(0);
      expectTrueAccount(ran, project);
    },
  );

  it("counts empty, refused, truncated and filtered answers", async () => {
    const seen = { empty: 0, refusal: 0, cut_off: 0, filtered: 0 };
    const kinds = ["empty", "refusal", "cut_off", "filtered"] as const;
    const project = await start({
      respond: ({ row }) => {
        const kind = row === undefined || row >= 8 ? undefined : kinds[row % 4];
        if (kind === undefined) return undefined;
        seen[kind]++;
        if (kind === "empty") return chat({ content: "", message: { reasoning_content: "Hm." } });
        if (kind === "refusal") return chat({ content: null, message: { refusal: "No." } });
        if (kind === "cut_off") return chat({ content: "ye", finish: "length" });
        return openaiError(400, "The response was filtered.", { code: "content_filter" });
      },
    });
    const ran = await run(project);
    expect(ran.one.answers).toMatchObject({ ...seen, failed: 0 });
    expectTrueAccount(ran, project);
  });

  it.each([
    ["refused", chat({ content: null, message: { refusal: "I can't help with that." } })],
    ["filtered", openaiError(400, "Filtered by policy.", { code: "content_filter" })],
    ["cut off", chat({ content: "Here is", finish: "length" })],
    ["failing", openaiError(400, "This model is not available to you today.")],
  ])("fails without paying for the gate if every reflection is %s", async (_, reply) => {
    const project = await start({ respond: ({ row }) => (row === undefined ? reply : undefined) });
    const ran = await run(project);
    expect(ran.one).toMatchObject({ status: "failed", stopped: "reflections_failed" });
    expect(ran.one.scores.test).toBeUndefined();
    expect(ran.exitCode).not.toBe(0);
    // The base on validation, and the engine's measurements for reflection; not the 30 rows of the gate, twice.
    expect(ran.one.usage.target.calls).toBeLessThan(60);
    expectTrueAccount(ran, project);
  });

  it("ends at the daily quota, reports it, and continues when resumed", async () => {
    let isUsedUp = true;
    const project = await start({
      respond: ({ index }) => (isUsedUp && index >= 20 ? dayQuota : undefined),
    });
    const ended = await run(project, "-j", "4");
    expect(ended).toMatchObject({ exitCode: 4, one: { stopped: "quota" } });
    expect(project.server.count).toBeLessThanOrEqual(20 + 4);
    expectTrueAccount(ended, project, 4);
    isUsedUp = false;
    const resumed = await run(project, "--resume", ended.output.run);
    expect(resumed).toMatchObject({ exitCode: 0, one: { status: "improved" } });
    expectTrueAccount(resumed, project, 4);
  });

  it("stops immediately, resumable, if a rate limit exceeds the maximum wait", async () => {
    const slow = openaiError(
      429,
      "Rate limit reached on tokens per day (TPD). Please try again in 9m38.016s.",
    );
    const project = await start({ respond: ({ index }) => (index >= 20 ? slow : undefined) });
    const ran = await run(project, "-j", "4");
    expect(ran).toMatchObject({ exitCode: 4, one: { stopped: "rate_limit" } });
    expect(project.server.count).toBeLessThanOrEqual(20 + 4);
  });

  it.each([
    [
      "Gemini",
      geminiError(400, "API key not valid. Please pass a valid API key.", "INVALID_ARGUMENT", [
        { "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason: "API_KEY_INVALID" },
      ]),
    ],
    [
      "xAI",
      {
        status: 400,
        body: { code: "Client specified an invalid argument", error: "Incorrect API key provided: xa***." },
      },
    ],
  ])("stops at an invalid key of %s after at most the requests in flight", async (_, refusal) => {
    const project = await start({ respond: () => refusal });
    const result = await project.cli(["run", "config.yaml", "--no-cache", "-j", "4"]);
    expect(result.exitCode).toBe(4);
    expect(project.server.count).toBeLessThanOrEqual(4);
    expect(result.stderr + result.stdout).toMatch(/API key/);
  });

  it("omits a temperature that an unknown reasoning model rejects, and reports it once", async () => {
    const project = await start({
      respond: ({ request, row }) =>
        row === undefined && request["temperature"] !== undefined
          ? openaiError(
              400,
              "Unsupported value: 'temperature' does not support 0 with this model. Only the default (1) value is supported.",
              { param: "temperature", code: "unsupported_value" },
            )
          : undefined,
    });
    const ran = await run(project);
    expect(ran).toMatchObject({ exitCode: 0, one: { status: "improved" } });
    expect(ran.stderr.match(/temperature/g)?.length ?? 0).toBeGreaterThanOrEqual(1);
    expect(ran.stderr.split("\n").filter((line) => line.includes("temperature")).length).toBeLessThanOrEqual(
      2,
    );
    expectTrueAccount(ran, project);
  });

  it.each([
    ["errors in a 200", chat({ content: "", finish: "error" })],
    ["500s", openaiError(500, "The server had an error")],
    ["dropped sockets", { drop: "start" as const }],
    ["answers cut off", chat({ content: "ye", finish: "length" })],
  ])("--max-calls bounds what the provider bills, through %s", async (_, fault) => {
    const project = await start({
      model: { retries: 1 },
      // Rows 2, 12, 22 …: the fault always affects the same requests, as in practice.
      respond: ({ row }) => (row !== undefined && row % 10 === 2 ? fault : undefined),
    });
    const ran = await run(project, "--max-calls", "40", "-j", "4");
    expect(project.server.billable).toBeLessThanOrEqual(40);
    expect(ran.exitCode).toBe(3);
    expectTrueAccount(ran, project);
  });
});
