import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { beforeEach, describe, expect, test } from "vitest";
import type { RunEvent } from "../../../src/contracts/events.ts";
import { openEventLog } from "../../../src/run/store/event-log.ts";
import type { RunFolder } from "../../../src/run/store/run-store.ts";

let folder: RunFolder;
beforeEach(() => {
  const path = mkdtempSync(join(tmpdir(), "dao-opt-events-"));
  folder = { run: "r_1", path, file: (name) => join(path, name) };
});

const eventOf = (event: RunEvent["event"]): RunEvent => ({
  at: "2026-01-01T00:00:00.000Z",
  run: "r_1",
  event,
});
const note = (message: string) => eventOf({ type: "engine-note", message });
const linesOf = (name: "events.jsonl" | "candidates.jsonl") =>
  readFileSync(folder.file(name), "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));

describe("the event log", () => {
  test("writes the events of one turn before the next, in order", async () => {
    const log = openEventLog(folder);
    for (const message of ["one", "two", "three"]) log.listen(note(message));
    await nextTurn();
    expect(linesOf("events.jsonl").map(({ event }) => event.message)).toEqual(["one", "two", "three"]);
    log.close();
  });

  test("limits the buffer within one turn", () => {
    const log = openEventLog(folder);
    for (let at = 0; at < 100; at++) log.listen(note("x".repeat(1_000)));
    expect(linesOf("events.jsonl").length).toBeGreaterThan(50);
    log.close();
    expect(linesOf("events.jsonl")).toHaveLength(100);
  });

  test("writes candidates to their own new file; closing writes the buffer", () => {
    const accepted = eventOf({ type: "candidate-accepted", step: 1, candidate: "c1", validation: 0.5 });
    for (const _session of [1, 2]) {
      const log = openEventLog(folder);
      log.listen(note("a"));
      log.listen(accepted);
      log.close();
    }
    expect(linesOf("candidates.jsonl")).toEqual([
      {
        at: accepted.at,
        run: "r_1",
        event: { type: "candidate-accepted", step: 1, candidate: "c1", validation: 0.5 },
      },
    ]);
    expect(linesOf("events.jsonl")).toHaveLength(4);
  });
});
