import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import type { LinkFile } from "../../../src/disk/create-new.ts";
import { lockRun } from "../../../src/run/store/run-lock.ts";
import { runningProcess } from "../../../src/run/store/run-progress.ts";
import type { RunFolder } from "../../../src/run/store/run-store.ts";

let folder: RunFolder;
beforeEach(() => {
  const path = mkdtempSync(join(tmpdir(), "dao-opt-lock-"));
  folder = { run: "r_1", path, file: (name) => join(path, name) };
});

/** Simulates a file system without hard links. */
const refusing = (code: string): LinkFile => {
  return async () => {
    throw Object.assign(new Error(`${code}: operation not permitted, link`), { code, syscall: "link" });
  };
};

describe.each([
  ["with hard links", {}],
  ["on exFAT", { link: refusing("EPERM") }],
  ["on a network mount", { link: refusing("ENOTSUP") }],
])("run lock %s", (_, disk) => {
  test("is held by one process and fully released", async () => {
    const unlock = await lockRun(folder, { pid: 10 }, () => true, disk);
    expect(readFileSync(join(folder.path, "lock.1"), "utf8")).toBe("10");
    await expect(lockRun(folder, { pid: 11 }, () => true, disk)).rejects.toThrow(
      "r_1 is still running in process 10",
    );
    await unlock();
    expect(readdirSync(folder.path)).toEqual([]);
  });

  test("a process id reused by another process does not hold it", async () => {
    const unlock = await lockRun(folder, { pid: 10, startedAt: "5000" }, () => true, disk);
    expect(readFileSync(join(folder.path, "lock.1"), "utf8")).toBe("10 5000");
    const isLater = (_: number, startedAt?: string) => startedAt === "7000";
    expect(await runningProcess(folder.path, isLater)).toBeUndefined();
    expect(await runningProcess(folder.path, () => true)).toBe(10);
    await (await lockRun(folder, { pid: 11, startedAt: "7000" }, isLater, disk))();
    await unlock();
  });

  test.each(["4711", "4711 12", "", "no number"])("is taken over from a dead process (%s)", async (left) => {
    writeFileSync(join(folder.path, "lock.1"), left);
    const unlock = await lockRun(folder, { pid: 10 }, () => false, disk);
    expect(readFileSync(join(folder.path, "lock.2"), "utf8")).toBe("10");
    await unlock();
    expect(readdirSync(folder.path)).toEqual([]);
  });

  test("only one of many processes takes over a dead one's lock", async () => {
    for (let round = 0; round < 20; round++) {
      writeFileSync(join(folder.path, "lock.1"), "4711");
      const pids = [1, 2, 3, 4, 5];
      const settled = await Promise.allSettled(
        pids.map((pid) => lockRun(folder, { pid: pid }, (owner) => owner !== 4711, disk)),
      );
      const won = settled.filter(({ status }) => status === "fulfilled");
      expect(won).toHaveLength(1);
      for (const result of settled) if (result.status === "fulfilled") await result.value();
      await (await lockRun(folder, { pid: 6 }, (owner) => owner !== 4711, disk))();
      expect(readdirSync(folder.path)).toEqual([]);
    }
  });

  test("any other refusal is an error of the run folder", async () => {
    const locked = lockRun(folder, { pid: 10 }, () => false, { link: refusing("EIO") });
    await expect(locked).rejects.toMatchObject({ code: "store_failed" });
    expect(readdirSync(folder.path)).toEqual([]);
  });
});
