import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { openCacheAnswers } from "../../../src/run/answers/cache-answers.ts";
import { openFolderAnswers } from "../../../src/run/answers/folder-answers.ts";
import { exchange, question } from "../../suites/shared-answers.ts";

let folder: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), "dao-opt-cache-")), "cache");
});

describe("answer cache", () => {
  test("shares answers with other runs, at once and after a restart", async () => {
    const cache = openFolderAnswers(folder);
    expect(await cache.find("ab12", question)).toBeUndefined();
    cache.put("ab12", exchange("one"));
    expect(await cache.find("ab12", question)).toEqual(exchange("one"));
    await cache.flush();
    expect(await openFolderAnswers(folder).find("ab12", question)).toEqual(exchange("one"));
  });

  test("a torn line affects only itself", async () => {
    const cache = openFolderAnswers(folder);
    cache.put("ab12", exchange("one"));
    await cache.flush();
    appendFileSync(join(folder, "rules-2", "ab.jsonl"), '{"address":"ab34","exch');
    expect(await openFolderAnswers(folder).find("ab12", question)).toEqual(exchange("one"));
    expect(await openFolderAnswers(folder).find("ab34", question)).toBeUndefined();
  });

  test("answers under other rules are neither found nor changed", async () => {
    mkdirSync(join(folder, "rules-2"), { recursive: true });
    const line = (more: object) =>
      `${JSON.stringify({ ...more, address: "ab12", exchange: exchange("old") })}\n`;
    const old = [
      [join(folder, "ab.jsonl"), line({})],
      [join(folder, "rules-2", "ab.jsonl"), line({}) + line({ rules: 1 })],
    ] as const;
    for (const [file, text] of old) writeFileSync(file, text);
    const cache = openFolderAnswers(folder);
    expect(await cache.find("ab12", question)).toBeUndefined();
    cache.put("ab12", exchange("new"));
    await cache.flush();
    for (const [file, text] of old) expect(readFileSync(file, "utf8").startsWith(text)).toBe(true);
    expect(readFileSync(old[0][0], "utf8")).toBe(old[0][1]);
    expect(await openFolderAnswers(folder).find("ab12", question)).toEqual(exchange("new"));
  });

  test("two processes can write to it", async () => {
    const caches = [openFolderAnswers(folder), openFolderAnswers(folder)];
    for (const [at, cache] of caches.entries())
      for (let n = 0; n < 50; n++) cache.put(`ab${at}${n}`, exchange(`${at} ${n}`));
    await Promise.all(caches.map((cache) => cache.flush()));
    const reopened = openFolderAnswers(folder);
    for (const at of [0, 1]) expect(await reopened.find(`ab${at}49`, question)).toEqual(exchange(`${at} 49`));
  });

  test("flush reports a folder that cannot be created", async () => {
    writeFileSync(folder, "a file");
    const cache = openFolderAnswers(folder);
    expect(await cache.find("ab12", question)).toBeUndefined();
    cache.put("ab12", exchange("one"));
    await expect(cache.flush()).rejects.toThrow(`${folder}: EEXIST`);
  });

  test("alone, it keeps answers for other runs, but no failures", async () => {
    const cache = openFolderAnswers(folder);
    const answers = openCacheAnswers(cache);
    await answers.put("ab1", exchange("own"), { isShared: false });
    await answers.put(
      "ab2",
      { question, failure: { code: "model_failed", message: "x" } },
      { isShared: true },
    );
    await answers.put("ab3", exchange("shared"), { isShared: true });
    expect(
      await Promise.all(["ab1", "ab2", "ab3"].map((address) => answers.find(address, question))),
    ).toEqual([undefined, undefined, { exchange: exchange("shared"), origin: "cache" }]);
  });
});
