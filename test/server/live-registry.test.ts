import { describe, expect, test } from "vitest";
import type { PromptArchive } from "../../src/contracts/registry.ts";
import { createMemoryRegistry } from "../../src/registry/create-memory-registry.ts";
import { createLiveRegistry } from "../../src/server/live-registry.ts";

const draft = (template: string) => ({
  path: "x",
  template,
  templateLanguage: "default" as const,
  model: { model: "m" },
});

async function open() {
  const archive = createMemoryRegistry();
  await archive.upsert(draft("one"));
  let reads = 0;
  const counted: PromptArchive = {
    ...archive,
    get: (...args) => {
      reads++;
      return archive.get(...args);
    },
  };
  let now = 0;
  const live = createLiveRegistry(counted, { monotonicMs: () => now });
  return { archive, live, reads: () => reads, pass: (ms: number) => (now += ms) };
}

describe("the registry of a server", () => {
  test("reads a prompt once for many requests, and again after at most a second", async () => {
    const { archive, live, reads, pass } = await open();
    const all = await Promise.all(Array.from({ length: 50 }, () => live.get("x")));
    expect(all.every(({ template }) => template === "one")).toBe(true);
    expect(reads()).toBe(1);
    // Another process files a version and deploys it.
    await archive.upsert(draft("two"));
    expect((await live.get("x")).template).toBe("one");
    pass(999);
    expect((await live.get("x")).template).toBe("two");
    expect(reads()).toBe(2);
  });

  test("sees its own writes immediately", async () => {
    const { live } = await open();
    expect((await live.get("x")).version).toBe(1);
    await live.upsert(draft("two"));
    expect((await live.get("x")).template).toBe("two");
    await live.deploy("x@2", "production");
    expect((await live.get("x", { defaultSelector: "deployed" })).version).toBe(2);
    await live.describeVersion("x@2", { versionName: "second" });
    expect((await live.get("x@second")).version).toBe(2);
    await live.deletePrompt("x");
    await expect(live.get("x")).rejects.toThrow("x");
  });

  test("looks again for missing prompts", async () => {
    const { archive, live } = await open();
    await expect(live.get("y")).rejects.toThrow("y");
    await archive.upsert({ ...draft("late"), path: "y" });
    expect((await live.get("y")).template).toBe("late");
  });

  test("caches each query separately", async () => {
    const { live } = await open();
    await live.upsert(draft("two"));
    expect((await live.get("x", { defaultSelector: "latest" })).version).toBe(2);
    expect((await live.get("x", { defaultSelector: "deployed" })).version).toBe(1);
  });
});
