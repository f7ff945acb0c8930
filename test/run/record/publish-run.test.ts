import { beforeEach, describe, expect, test } from "vitest";
import type { PromptArchive } from "../../../src/contracts/registry.ts";
import type { RunPlan } from "../../../src/contracts/run-plan.ts";
import type { OptimizationRecord, RunRecord } from "../../../src/contracts/run-record.ts";
import { ConflictError } from "../../../src/core/errors.ts";
import { createMemoryRegistry } from "../../../src/registry/create-memory-registry.ts";
import { publishRun } from "../../../src/run/record/publish-run.ts";
import { modelSpec } from "../../support/lab-world.ts";
import { optimizationRecord, runRecord } from "../../support/run-records.ts";

const plan: RunPlan = {
  format: 1,
  rules: 2,
  digest: "d",
  config: "config.yaml",
  models: { small: modelSpec({ name: "small-1", parameters: { temperature: 0.5, maxTokens: 4096 } }) },
  cappedModels: ["small"],
  optimizations: [],
};
const options = { registerAnyway: false, deploys: true };
let registry: PromptArchive;
beforeEach(() => {
  registry = createMemoryRegistry();
});

const publish = (optimization: OptimizationRecord, over: Partial<typeof options> = {}): Promise<RunRecord> =>
  publishRun(runRecord([optimization]), plan, registry, { ...options, ...over });

describe("publishing", () => {
  test("registers the base first, then the winner with its details", async () => {
    const record = await publish(optimizationRecord({ status: "improved", deployTo: "staging" }));
    expect(record.optimizations[0]).toMatchObject({
      status: "improved",
      deployedTo: "staging",
      prompts: [
        {
          base: { version: 1, uri: "prompts:/main/p/1" },
          optimized: { version: 2, uri: "prompts:/main/p/2", template: "Better: {{text}}" },
        },
      ],
    });
    const version = await registry.get("main/p/2");
    expect(version.model).toEqual({ model: "small-1", provider: "test", temperature: 0.5 });
    expect(version.versionDescription).toBe("x: gepa, 0.500 → 0.900 on 50 held-out rows");
    expect(version.origin).toMatchObject({
      parent: 1,
      run: "r_1",
      engine: "gepa",
      seed: 1,
      dataDigest: "0",
      models: { target: "small-1", reflection: "small-1", judge: "small-1" },
      scores: {
        test: { base: 0.5, optimized: 0.9, interval: [0.2, 0.6], rows: 50 },
        validation: { base: 0.5 },
      },
      gate: "improved",
      spend: { target: { calls: 10, usd: null } },
    });
    expect(version.environments).toEqual(["staging"]);
    expect([version.modelEntry, (await registry.get("main/p/1")).modelEntry]).toEqual(["small", "small"]);
    expect((await registry.get("main/p/1")).versionDescription).toBe("base of x (r_1)");
  });

  test("returns the existing versions and deployments when repeated", async () => {
    const optimization = optimizationRecord({ status: "improved", deployTo: "staging" });
    const first = await publish(optimization);
    expect(await publish(optimization)).toEqual(first);
    expect(await registry.deployments("main/p")).toHaveLength(2);
  });

  test("skips results registered according to the record, wherever the environment is now", async () => {
    const { optimizations } = await publish(optimizationRecord({ status: "improved", deployTo: "staging" }));
    await registry.deploy("main/p@1", "staging");
    await publish(optimizations[0] as OptimizationRecord);
    expect((await registry.get("main/p@staging")).version).toBe(1);
  });

  test("does not move environments for a replay", async () => {
    const record = await publish(optimizationRecord({ status: "improved", deployTo: "staging" }), {
      deploys: false,
    });
    expect(record.optimizations[0]?.deployedTo).toBeNull();
    expect((await registry.get("main/p/2")).environments).toEqual([]);
  });

  test("registers nothing without a significant gain, unless asked to, with the verdict", async () => {
    const optimization = optimizationRecord({ status: "no_proven_improvement" });
    expect(await publish(optimization)).toEqual(runRecord([optimization]));
    expect(await registry.list()).toEqual([]);
    await publish(optimization, { registerAnyway: true });
    expect((await registry.get("main/p/2")).origin.gate).toBe("no_proven_improvement");
    await expect(registry.deploy("main/p/2", "production")).rejects.toBeInstanceOf(ConflictError);
  });

  test("with --register-anyway and no better candidate, the optimized prompt is the base", async () => {
    const optimization = optimizationRecord({ status: "no_proven_improvement", best: "Base: {{text}}" });
    const record = await publish(optimization, { registerAnyway: true });
    expect(record.optimizations[0]?.prompts[0]?.optimized).toEqual({
      version: 1,
      uri: "prompts:/main/p/1",
      template: "Base: {{text}}",
    });
  });

  test("never registers failed and skipped ones", async () => {
    for (const status of ["failed", "skipped"] as const)
      await publish(optimizationRecord({ status }), { registerAnyway: true });
    expect(await registry.list()).toEqual([]);
  });

  test("a registry error makes the optimization failed and keeps its versions and best prompt", async () => {
    const refusing: PromptArchive = {
      ...registry,
      deploy: async () => {
        throw new ConflictError("staging is frozen", { hint: "ask the owner" });
      },
    };
    const optimization = optimizationRecord({ status: "improved", deployTo: "staging" });
    const record = await publishRun(runRecord([optimization]), plan, refusing, options);
    expect(record.status).toBe("failed");
    expect(record.optimizations[0]).toMatchObject({
      status: "failed",
      reason: "the result could not be registered: staging is frozen",
      error: { code: "registry_conflict", message: "staging is frozen", hint: "ask the owner" },
      prompts: [{ optimized: { version: 2 }, best: { template: "Better: {{text}}" } }],
    });
  });
});
