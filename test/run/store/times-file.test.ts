import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { addModelTimes, readModelTimes } from "../../../src/run/store/times-file.ts";
import { createHttpProject, offlineAnswer } from "../../support/http-project.ts";
import { startLoopbackOpenAI } from "../../support/loopback-openai.ts";
import { runCli } from "../../support/run-cli.ts";

const state = () => join(mkdtempSync(join(tmpdir(), "dao-opt-times-")), "state");
const timed = (calls: number, meanMs: number) => ({ calls, meanMs, meanOutputTokens: 2 });

describe("the file", () => {
  test("adds up sessions and keeps other models", async () => {
    const path = state();
    expect(await readModelTimes(path)).toEqual({});
    await addModelTimes(path, { a: { answers: timed(1, 100) }, b: { reflections: timed(1, 5) } });
    await addModelTimes(path, { a: { answers: timed(3, 300), reflections: timed(1, 9000) } });
    expect(await readModelTimes(path)).toEqual({
      a: { answers: timed(4, 250), reflections: timed(1, 9000) },
      b: { reflections: timed(1, 5) },
    });
    expect(readdirSync(path)).toEqual(["model-times.json"]);
  });

  test("nothing measured writes nothing; a damaged file counts as empty and is replaced", async () => {
    const path = state();
    await addModelTimes(path, {});
    expect(existsSync(path)).toBe(false);
    await addModelTimes(path, { a: { answers: timed(1, 100) } });
    writeFileSync(join(path, "model-times.json"), '{"format": 1, "mod');
    expect(await readModelTimes(path)).toEqual({});
    await addModelTimes(path, { b: { answers: timed(1, 1) } });
    expect(Object.keys(await readModelTimes(path))).toEqual(["b"]);
  });

  test("a folder that cannot be written is no error", async () => {
    const file = join(mkdtempSync(join(tmpdir(), "dao-opt-times-")), "file");
    writeFileSync(file, "");
    await addModelTimes(join(file, "state"), { a: { answers: timed(1, 1) } });
  });
});

interface Plan {
  readonly notes: readonly string[];
  readonly optimizations: readonly { readonly estimates: { readonly seconds: { likely: number } | null } }[];
}

describe("the time of a plan", () => {
  test.each([
    ["doctor --online", ["doctor", "config.yaml", "--online"]],
    ["headroom", ["headroom", "config.yaml"]],
    ["eval", ["eval", "config.yaml"]],
    ["a run", ["run", "config.yaml"]],
  ])("is unknown before any answer, and estimated after %s", async (_, args) => {
    const server = await startLoopbackOpenAI({ answer: offlineAnswer, latency: { fixedMs: 20 } });
    const project = createHttpProject({ baseUrl: server.baseUrl, rows: 40 });
    const given = { cwd: project.directory, env: { OPENAI_API_KEY: "none" } };
    const plan = async (...more: readonly string[]) =>
      (await runCli(["run", "config.yaml", "--dry-run", "--json", ...more], given)).json as Plan;
    const before = await plan();
    expect(before.optimizations[0]?.estimates.seconds).toBeNull();
    expect(before.notes.join("\n")).toContain("the time is unknown: no answer of small, large was timed yet");
    const text = await runCli(["run", "config.yaml", "--dry-run"], given);
    expect(text.stdout).toMatch(/time at 8 at once.*unknown/);
    expect((await runCli(args, given)).exitCode).toBe(0);
    const file = readFileSync(join(project.directory, ".dao-opt", "model-times.json"), "utf8");
    expect(file).not.toContain("none");
    const times = Object.keys(JSON.parse(file).models);
    expect(times.every((key) => key.startsWith(`openai ${server.baseUrl} offline/`))).toBe(true);
    const after = await plan();
    const seconds = (one: Plan) => one.optimizations[0]?.estimates.seconds?.likely;
    // The reflection model is not called by `eval` and `headroom`.
    expect(seconds(after) === undefined).toBe(times.length === 1);
    if (times.length > 1) {
      const alone = await plan("-j", "1");
      expect(seconds(alone) ?? 0).toBeGreaterThan((seconds(after) ?? 0) * 2);
      const limited = await plan("--set=resources.llms.small.limits={concurrency: 1}");
      expect(seconds(limited) ?? 0).toBeGreaterThan((seconds(after) ?? 0) * 1.5);
    }
    await server.close();
  });
});
