import { describe, expect, test } from "vitest";
import { runOutputSchema } from "../../src/cli/commands/run/output.ts";
import { createHttpProject, offlineAnswer } from "../support/http-project.ts";
import { answerLines } from "../support/journal-lines.ts";
import { always, type Fault, type FaultPlan } from "../support/loopback-faults.ts";
import { type LoopbackOptions, startLoopbackOpenAI } from "../support/loopback-openai.ts";
import { startOpenAI } from "../support/started-openai.ts";

const start = (options: LoopbackOptions = {}) => startOpenAI({ answer: offlineAnswer, ...options });

const concurrency = 4;
const flags = ["--json", "-j", String(concurrency)];
const denied = (status: number, error: object): Fault => ({ kind: "status", status, body: { error } });

const refusals: readonly (readonly [string, Fault, RegExp, RegExp])[] = [
  [
    "401",
    denied(401, { message: "Incorrect API key provided", code: "invalid_api_key" }),
    /returned 401: Incorrect API key provided$/,
    /^check OPENAI_API_KEY, or api_key of resources\.llms\.small$/,
  ],
  [
    "403",
    denied(403, { message: "Your organization may not use this model" }),
    /returned 403: Your organization may not use this model$/,
    /^check OPENAI_API_KEY, or api_key of resources\.llms\.small$/,
  ],
  [
    "429 with an exhausted quota",
    denied(429, { message: "You exceeded your current quota", type: "insufficient_quota" }),
    /returned 429: You exceeded your current quota$/,
    /^the account has no credit left/,
  ],
  [
    "402",
    denied(402, { message: "Insufficient credits" }),
    /returned 402: Insufficient credits$/,
    /^the account has no credit left/,
  ],
  [
    "404 for the model",
    denied(404, { message: "The model does not exist", code: "model_not_found" }),
    /returned 404: The model does not exist$/,
    /^check name \("offline\/small"\) and base_url of resources\.llms\.small$/,
  ],
];

describe("a refusal that concerns all calls ends the run at once with exit code 4", () => {
  test.each(refusals)("%s", async (_, fault, message, hint) => {
    const server = await start({ faults: always(fault) });
    const { exitCode, json, stderr } = await createHttpProject({ baseUrl: server.baseUrl }).run(flags);
    expect(exitCode).toBe(4);
    expect(runOutputSchema.parse(json)).toMatchObject({
      status: "failed",
      exit_code: 4,
      optimizations: [
        { error: { message: expect.stringMatching(message), hint: expect.stringMatching(hint) } },
      ],
    });
    expect(stderr).toMatch(/resume with:\n {2}dao-opt run config\.yaml --resume r_/);
    expect(server.count).toBeLessThanOrEqual(concurrency);
  });

  test.each(refusals.flatMap(([name, fault]) => [0, 20].map((from) => [name, from, fault] as const)))(
    "%s to call %i: nothing is sent afterwards; answers are kept and not requested again",
    async (...row) => {
      const [, from, fault] = row;
      let isMended = false;
      // The other requests in flight never end: only a freed place could send another one.
      const refusing: FaultPlan = (index) => {
        if (index < from || isMended) return undefined;
        return index === from ? fault : { kind: "hang" };
      };
      const server = await start({ faults: refusing, latency: { fixedMs: 25 } });
      const project = createHttpProject({ baseUrl: server.baseUrl });
      expect((await project.run(flags)).exitCode).toBe(4);
      expect(server.count).toBeLessThanOrEqual(from + concurrency);
      const journal = project.read("journal.jsonl");
      const kept = answerLines(journal).length;
      expect(kept).toBe(from);

      const asked = server.count;
      isMended = true;
      expect((await project.run([...flags, "--resume"])).exitCode).toBe(0);
      expect(server.count - asked + kept).toBe(await callsOfWholeRun());
      expect(project.read("journal.jsonl").startsWith(journal)).toBe(true);
    },
  );
});

let whole: Promise<number> | undefined;
function callsOfWholeRun(): Promise<number> {
  whole ??= (async () => {
    const server = await start();
    await createHttpProject({ baseUrl: server.baseUrl }).run(flags);
    return server.count;
  })();
  return whole;
}

describe("an unreachable provider", () => {
  test("with an unknown host name ends the run at once with exit code 4", async () => {
    const project = createHttpProject({
      baseUrl: "http://nowhere.invalid/v1",
      model: { api_key: "sk-12345678" },
    });
    const { exitCode, json } = await project.run(flags);
    expect(exitCode).toBe(4);
    expect(runOutputSchema.parse(json).optimizations[0]?.error).toMatchObject({
      code: "model_unreachable",
      message: expect.stringMatching(
        /^offline\/small at http:\/\/nowhere\.invalid\/v1 could not be reached: getaddrinfo E\w+ nowhere\.invalid$/,
      ),
      hint: "check base_url of resources.llms.small",
    });
  });

  test("that refuses the first connection ends the run at once with exit code 4", async () => {
    const gone = await startLoopbackOpenAI();
    await gone.close();
    const { exitCode, json } = await createHttpProject({ baseUrl: gone.baseUrl }).run(flags);
    expect(exitCode).toBe(4);
    expect(runOutputSchema.parse(json).optimizations[0]?.error).toMatchObject({
      code: "model_unreachable",
      message: expect.stringMatching(/failed: connect ECONNREFUSED 127\.0\.0\.1:\d+$/),
      hint: `no response from ${gone.baseUrl} so far: check that it is running and that base_url is correct`,
    });
  });
});
