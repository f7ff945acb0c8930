import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { PromptSummary } from "../../../src/contracts/registry.ts";
import { openRegistry } from "../../../src/registry/open-registry.ts";
import { createPromptCensus, foldersIn } from "../../../src/server/page/prompts/prompt-census.ts";
import { startServer } from "../../support/server-world.ts";

const summary = (path: string) => ({ path }) as PromptSummary;

let now = 0;
const clock = { monotonicMs: () => now };

describe("the census", () => {
  test("waits for the first reading, and not for later slow ones", async () => {
    const answers: ((found: readonly PromptSummary[]) => void)[] = [];
    const list = () => new Promise<readonly PromptSummary[]>((resolve) => answers.push(resolve));
    const census = createPromptCensus({ list }, clock);
    const first = census.prompts();
    const shared = census.prompts();
    answers[0]?.([summary("a")]);
    expect([await first, await shared]).toEqual([[summary("a")], [summary("a")]]);
    expect(answers).toHaveLength(1);
    expect(await census.prompts()).toEqual([summary("a")]);
    answers[1]?.([summary("a"), summary("b")]);
    const next = census.prompts();
    answers[2]?.([summary("c")]);
    expect(await next).not.toEqual([summary("a")]);
  });

  test("gives up the first one after a second, and knows it later", async () => {
    let answer: (found: readonly PromptSummary[]) => void = () => {};
    const list = () =>
      new Promise<readonly PromptSummary[]>((resolve) => {
        answer = resolve;
      });
    const census = createPromptCensus({ list }, clock);
    expect(await census.prompts()).toBeUndefined();
    answer([summary("a")]);
    expect(await census.prompts()).toEqual([summary("a")]);
  });

  test("survives a reading that fails", async () => {
    let isBroken = false;
    const list = async () => {
      if (isBroken) throw new Error("gone");
      return [summary("a")];
    };
    const census = createPromptCensus({ list }, clock);
    await census.prompts();
    isBroken = true;
    await expect(census.prompts()).rejects.toThrow("gone");
    isBroken = false;
    expect(await census.prompts()).toEqual([summary("a")]);
  });

  test("rests after a long walk, nine times as long as it took", async () => {
    let walks = 0;
    const list = async () => {
      walks++;
      now += 400;
      return [summary(`w${walks}`)];
    };
    const census = createPromptCensus({ list }, clock);
    await census.prompts();
    now += 3_599;
    expect(await census.prompts()).toEqual([summary("w1")]);
    now += 1;
    expect(await census.prompts()).toEqual([summary("w2")]);
  });

  test("counts prompts at any depth under the folders of a folder", () => {
    const all = ["a/b/c", "a/b/d", "a/e", "ab/c", "f"].map(summary);
    expect(foldersIn(all, "")).toEqual([
      ["a", 3],
      ["ab", 1],
    ]);
    expect(foldersIn(all, "a")).toEqual([["b", 2]]);
    expect(foldersIn(all, "a/b")).toEqual([]);
  });
});

test("the list of prompts follows changes on disk by another process", async () => {
  const folder = mkdtempSync(join(tmpdir(), "dao-opt-page-disk-"));
  const draft = { template: "x", templateLanguage: "default", model: { model: "m" } } as const;
  const other = openRegistry(folder);
  await other.upsert({ ...draft, path: "one/a" });
  let now = 0;
  const world = await startServer({
    services: { registry: openRegistry(folder), clock: { now: () => new Date(), monotonicMs: () => now } },
  });
  const list = async () => {
    now += 1_000;
    return (await world.send("GET", "/ui/prompts")).text;
  };
  expect(await list()).toContain("1–1 of 1");
  await other.upsert({ ...draft, path: "two/b" });
  const added = await list();
  expect(added).toContain("1–2 of 2");
  expect(added).toContain('two/ <span class="n">1</span>');
  await other.deploy("two/b@1", "staging");
  expect(await list()).toContain("staging 1");
  await other.deletePrompt("one/a");
  expect(await list()).toContain("1–1 of 1");
  await world.server.close(0);
  rmSync(folder, { recursive: true });
});
