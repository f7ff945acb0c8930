import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { createProcessCheck, formatMark, markOf, parseMark } from "../../src/disk/process-mark.ts";

const isProcessAlive = createProcessCheck((pid, signal) => process.kill(pid, signal));

test("a process is distinguished from another one with its number", () => {
  const own = markOf(process.pid);
  expect(isProcessAlive(own.pid, own.startedAt)).toBe(true);
  expect(isProcessAlive(own.pid)).toBe(true);
  // Windows does not report start times.
  expect(isProcessAlive(own.pid, "another start")).toBe(own.startedAt === undefined);
});

test("an ended process is dead", async () => {
  const child = spawn(process.execPath, ["-e", "process.stdin.resume()"]);
  await once(child, "spawn");
  const mark = markOf(child.pid as number);
  expect(isProcessAlive(mark.pid, mark.startedAt)).toBe(true);
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(isProcessAlive(mark.pid, mark.startedAt)).toBe(false);
});

test.each([{ pid: 7 }, { pid: 7, startedAt: "12345" }, { pid: 7, startedAt: "Sun Nov 29 18:44:32 2026" }])(
  "%o survives the round trip",
  (mark) => {
    expect(parseMark(formatMark(mark))).toEqual(mark);
  },
);

test.each(["", "no number", "0", "-3", "1.5", "{}"])("%o names no process", (text) => {
  expect(parseMark(text)).toBeUndefined();
});
