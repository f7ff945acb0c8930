import { afterEach, describe, expect, test } from "vitest";
import { createHttpProject, offlineAnswer } from "../support/http-project.ts";
import { type Fault, rateLimited } from "../support/loopback-faults.ts";
import { type LoopbackOpenAI, startLoopbackOpenAI } from "../support/loopback-openai.ts";

let server: LoopbackOpenAI | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const geminiKey: Fault = {
  ...{ kind: "status", status: 400 },
  body: [
    {
      error: {
        ...{
          code: 400,
          message: "API key not valid. Please pass a valid API key.",
          status: "INVALID_ARGUMENT",
        },
        details: [{ "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason: "API_KEY_INVALID" }],
      },
    },
  ],
};
const dayQuota: Fault = {
  ...{ kind: "status", status: 429 },
  body: [
    {
      error: {
        ...{ code: 429, message: "You exceeded your current quota.", status: "RESOURCE_EXHAUSTED" },
        details: [
          {
            "@type": "type.googleapis.com/google.rpc.QuotaFailure",
            violations: [{ quotaId: "GenerateRequestsPerDayPerProjectPerModel" }],
          },
        ],
      },
    },
  ],
};

async function open(faultAfter: number, fault: Fault, model = {}) {
  const state = { isCured: false };
  const own = await startLoopbackOpenAI({
    answer: offlineAnswer,
    faults: (index) => (!state.isCured && index >= faultAfter ? fault : undefined),
  });
  server = own;
  return { state, server: own, project: createHttpProject({ baseUrl: own.baseUrl, model }) };
}

// The first run of a file loads the whole tool.
describe("a provider that stops answering", { timeout: 120_000 }, () => {
  test.each([
    [
      "a rate limit for longer than the patience",
      rateLimited(3600),
      "rate_limit",
      "model_rate_limit",
      "interrupted",
    ],
    ["a day's quota", dayQuota, "quota", "model_auth", "failed"],
  ])("for %s: exit code 4, and the run can be resumed later", async (_, fault, stopped, code, status) => {
    const { state, server: own, project } = await open(20, fault);
    const result = await project.run(["-j", "4", "--json"]);
    expect(result.exitCode, result.stderr).toBe(4);
    const output = JSON.parse(result.stdout);
    expect(output).toMatchObject({ status, exit_code: 4 });
    expect(output.optimizations[0]).toMatchObject({ stopped, error: { code } });
    expect(own.count).toBeLessThanOrEqual(24);
    expect(result.stderr).toContain("--resume");
    state.isCured = true;
    const resumed = await project.run(["-j", "4", "--json", "--resume"]);
    expect(resumed.exitCode, resumed.stderr).toBe(0);
    expect(JSON.parse(resumed.stdout).optimizations[0]).toMatchObject({ status: "improved" });
  });

  test("because of a wrong key, whatever the status: exit code 4 after the calls in progress", async () => {
    const { server: own, project } = await open(0, geminiKey);
    const result = await project.run(["-j", "4", "--json"]);
    expect(result.exitCode, result.stderr).toBe(4);
    expect(own.count).toBeLessThanOrEqual(4);
    expect(JSON.parse(result.stdout).optimizations[0].error).toMatchObject({
      code: "model_auth",
      message: expect.stringContaining("API key not valid. Please pass a valid API key."),
    });
  });

  test("for a while is waited for, and the wait is shown", async () => {
    let count = 0;
    const limited = { ...rateLimited(), headers: { "retry-after-ms": "300" } } as Fault;
    const own = await startLoopbackOpenAI({
      answer: offlineAnswer,
      faults: () => (++count > 10 && count <= 14 ? limited : undefined),
    });
    server = own;
    const result = await createHttpProject({ baseUrl: own.baseUrl, model: { retries: 0 } }).run(["-j", "4"]);
    expect(result.exitCode, result.stderr).toBe(0);
    expect(result.stderr).toMatch(/ returned 429; waiting for its rate limit, 0\.3 s\n/);
    expect(result.stderr.match(/limits: \{ requests_per_minute/g)).toHaveLength(1);
  });
});
