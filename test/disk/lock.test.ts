import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeEach, describe, expect, test } from "vitest";
import { isAlive, isLockHeld, newOwner, withLock } from "../../src/disk/lock.ts";
import { temporaryFolder } from "../registry/temporary-folder.ts";
import { bundleScript, startProcess } from "../support/script-process.ts";

const lockSource = new URL("../../src/disk/lock.ts", import.meta.url);

let folder: string;
let file: string;
beforeEach(() => {
  folder = temporaryFolder();
  file = join(folder, ".lock");
});

/** The lock content of an ended process. */
const deadOwner = () => {
  const own = newOwner();
  const { stdout } = spawnSync("sh", ["-c", "echo $$"], { encoding: "utf8" });
  return { token: "00000000deadbeef", identity: { ...own.identity, pid: Number(stdout), startedAt: "1" } };
};

describe("the lock", () => {
  test("admits one holder at a time, in order of request, and leaves no files", async () => {
    const seen: string[] = [];
    const enter = (name: string) =>
      withLock(file, async () => {
        seen.push(`${name} in`);
        await sleep(5);
        seen.push(`${name} out`);
      });
    await Promise.all([enter("a"), enter("b"), enter("c")]);
    expect(seen).toEqual(["a in", "a out", "b in", "b out", "c in", "c out"]);
    expect(readdirSync(folder)).toEqual([]);
  });

  test("is released if the work fails", async () => {
    await expect(withLock(file, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(await withLock(file, async () => "in")).toBe("in");
  });

  test("names its holder while held", async () => {
    await withLock(file, async () => {
      expect(isLockHeld(file)).toBe(true);
      expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({
        token: expect.stringMatching(/^[0-9a-f]{16}$/),
      });
    });
    expect(isLockHeld(file)).toBe(false);
  });

  test("works on a file system without hard links, and takes over a dead writer's lock", async () => {
    const link = async () => {
      throw Object.assign(new Error("EPERM: operation not permitted, link"), {
        code: "EPERM",
        syscall: "link",
      });
    };
    const order: string[] = [];
    writeFileSync(file, JSON.stringify(deadOwner()));
    const enter = (name: string) =>
      withLock(
        file,
        async () => {
          expect(isLockHeld(file)).toBe(true);
          order.push(`${name} in`);
          await sleep(2);
          order.push(`${name} out`);
        },
        { link },
      );
    await Promise.all([enter("a"), enter("b")]);
    expect(order).toEqual(["a in", "a out", "b in", "b out"]);
    expect(readdirSync(folder)).toEqual([]);
  });

  test.runIf(existsSync("/proc/self/stat"))("of an ended process is taken over at once", async () => {
    writeFileSync(file, JSON.stringify(deadOwner()));
    expect(isLockHeld(file)).toBe(false);
    const order: string[] = [];
    const taken = withLock(file, async () => order.push("taken"));
    // An unknown holder counts as dead only after a much longer silence.
    await Promise.race([taken, sleep(1200).then(() => order.push("waited"))]);
    expect(order).toEqual(["taken"]);
    await taken;
  });

  test.runIf(existsSync("/proc/self/stat"))(
    "distinguishes a process from a later one with the same number",
    () => {
      const own = newOwner();
      expect(isAlive(own, own)).toBe(true);
      const earlier = { ...own, ...(own.identity && { identity: { ...own.identity, startedAt: "1" } }) };
      expect(isAlive(earlier, own)).toBe(false);
    },
  );

  test.each(["", "{", '{"token":"x"}'])(
    "with the content %j is taken over once it is untouched",
    async (content) => {
      writeFileSync(file, content);
      expect(isLockHeld(file)).toBeUndefined();
      expect(await withLock(file, async () => "in")).toBe("in");
      expect(readdirSync(folder)).toEqual([]);
    },
  );

  test("left in the middle of a takeover is taken over too", async () => {
    writeFileSync(file, JSON.stringify(deadOwner()));
    writeFileSync(`${file}.takeover.00000000deadbeef`, JSON.stringify(deadOwner()));
    expect(await withLock(file, async () => "in")).toBe("in");
    expect(readdirSync(folder)).toEqual([]);
  });

  test("reports a holder that keeps it too long; changing holders are not reported", async () => {
    const held = () => {
      const owner = { ...newOwner(), token: Math.random().toString(16) };
      writeFileSync(`${file}.next`, JSON.stringify(owner));
      renameSync(`${file}.next`, file);
    };
    held();
    const report = { message: expect.stringMatching(/held by .* for 0\.05 s/) };
    await expect(withLock(file, async () => "in", { patienceMs: 50 })).rejects.toMatchObject(report);
    const taken = withLock(file, async () => "in", { patienceMs: 1000 });
    for (let hand = 0; hand < 15; hand++) {
      held();
      await sleep(100);
    }
    rmSync(file);
    expect(await taken).toBe("in");
  });

  test("alternates between processes that request it again at once", async () => {
    const log = join(folder, "log");
    const script = await bundleScript(
      folder,
      "writer",
      `import { appendFileSync, existsSync, writeFileSync } from "node:fs";
       import { withLock } from ${JSON.stringify(lockSource.pathname)};
       const [file, name, other] = process.argv.slice(2);
       writeFileSync(file + name, "");
       while (!existsSync(file + other)) await new Promise((resolve) => setTimeout(resolve, 1));
       for (let turn = 0; turn < 40; turn++)
         await withLock(file, async () => {
           appendFileSync(${JSON.stringify(log)}, name);
           await new Promise((resolve) => setTimeout(resolve, 5));
         });`,
    );
    const runs = ["ab", "ba"].map(
      ([name = "", other = ""]) => startProcess("node", [script, file, name, other]).ended,
    );
    expect((await Promise.all(runs)).map(({ stderr }) => stderr)).toEqual(["", ""]);
    const hands = readFileSync(log, "utf8");
    // They start together; one may end first.
    const changes = [...hands].filter((name, at) => at > 0 && name !== hands[at - 1]).length;
    expect([hands.length, changes > 20]).toEqual([80, true]);
  });
});
