import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { PromptArchive } from "../../src/contracts/registry.ts";
import { isDaoOptError } from "../../src/core/errors.ts";
import { createMemoryRegistry } from "../../src/registry/create-memory-registry.ts";
import { openRegistry } from "../../src/registry/open-registry.ts";
import { arbitraryTemplate } from "./arbitrary-details.ts";

const path = fc.constantFrom("a", "a/b", "a/c", "A", "c/d", "a/latest");
const environment = fc.constantFrom("production", "staging", "9", "Staging");
const reference = fc
  .tuple(path, fc.constantFrom("", "@1", "/2", "@production", "@staging", "@one"))
  .map((parts) => parts.join(""));
const step = fc.oneof(
  fc.record({
    do: fc.constant("upsert" as const),
    path,
    template: fc.oneof(fc.constantFrom("x", "y", "z"), arbitraryTemplate),
    versionName: fc.option(fc.constantFrom("one", "two", "production"), { nil: undefined }),
    gate: fc.option(fc.constantFrom("improved" as const, "regressed" as const), { nil: undefined }),
  }),
  fc.record({ do: fc.constant("deploy" as const), reference, environment, force: fc.boolean() }),
  fc.record({ do: fc.constant("rollback" as const), path, environment }),
  fc.record({ do: fc.constant("add" as const), environment }),
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

async function take(registry: PromptArchive, given: Step): Promise<unknown> {
  switch (given.do) {
    case "upsert": {
      const { path: where, template, versionName, gate } = given;
      const named = versionName === undefined ? {} : { versionName };
      const origin = gate === undefined ? {} : { gate };
      const draft = {
        path: where,
        template,
        templateLanguage: "default" as const,
        model: { model: "m" },
        origin,
      };
      const { version, isNew } = await registry.upsert({ ...draft, ...named });
      return [isNew, version.version, version.environments];
    }
    case "deploy":
      return registry.deploy(given.reference, given.environment, { force: given.force, note: "n" });
    case "rollback":
      return registry.rollback(given.path, given.environment);
    case "add":
      return registry.addEnvironment(given.environment);
  }
}

const outcome = (promise: Promise<unknown>) =>
  promise.catch((error: unknown) => {
    if (isDaoOptError(error)) return { refused: error.code };
    throw error;
  });

/** Ids of prompts are drawn at random, and those of versions follow from them. */
const withoutIds = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (key, item) => (["promptId", "versionId"].includes(key) ? undefined : item)),
  );

async function contents(registry: PromptArchive) {
  const list = await registry.list();
  const prompts = list.map(async (summary) => [
    await registry.history(summary.path),
    await registry.deployments(summary.path),
  ]);
  return withoutIds([list, await registry.environmentRecords(), await Promise.all(prompts)]);
}

test("any sequence of writes leaves an undamaged registry, the same on disk as in memory", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 14 }), async (steps) => {
      const folder = mkdtempSync(join(tmpdir(), "registry-steps-"));
      const now = () => new Date("2026-11-20T10:00:00.000Z");
      const disk = openRegistry(join(folder, "prompts"), { now });
      const memory = createMemoryRegistry({ now });
      try {
        for (const given of steps) {
          const done = withoutIds(await outcome(take(disk, given)));
          expect(done).toEqual(withoutIds(await outcome(take(memory, given))));
        }
        expect(await contents(disk)).toEqual(await contents(memory));
        expect(await disk.verify()).toEqual({ ok: true, damage: [], notes: [] });
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    }),
    { numRuns: 40 },
  );
});
