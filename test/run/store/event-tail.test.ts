import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createEventTail } from "../../../src/run/store/event-tail.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "dao-opt-tail-"));
  file = join(folder, "events.jsonl");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const line = (message: string) =>
  JSON.stringify({ at: "2026-11-20T10:00:00.000Z", run: "r", event: { type: "warning", message } });

async function messagesOf(tail: ReturnType<typeof createEventTail>): Promise<readonly string[]> {
  const messages: string[] = [];
  await tail.read(({ event }) => messages.push(event.type === "warning" ? event.message : event.type));
  return messages;
}

test("reads on where the last read ended, whole lines only", async () => {
  const tail = createEventTail(file);
  expect(await messagesOf(tail)).toEqual([]);
  writeFileSync(file, `${line("one")}\n${line("two").slice(0, 30)}`);
  expect(await messagesOf(tail)).toEqual(["one"]);
  appendFileSync(file, `${line("two").slice(30)}\n`);
  expect(await messagesOf(tail)).toEqual(["two"]);
  expect(await messagesOf(tail)).toEqual([]);
});

test("finds the first event of a session behind the torn line of a killed one", async () => {
  const torn = line('a text with {"at":"2026"} in it').slice(0, -4);
  writeFileSync(file, `${line("one")}\n${torn}${line("resumed")}\nnot json\n${line("three")}\n`);
  expect(await messagesOf(createEventTail(file))).toEqual(["one", "resumed", "three"]);
});

test("starts again in a file that was replaced by a shorter one", async () => {
  const tail = createEventTail(file);
  writeFileSync(file, `${line("one")}\n${line("two")}\n`);
  await messagesOf(tail);
  writeFileSync(file, `${line("new")}\n`);
  expect(await messagesOf(tail)).toEqual(["new"]);
});

test("reads large files, and characters across its chunks", async () => {
  const messages = Array.from({ length: 5000 }, (_, at) => `${"ü€😀".repeat(30)} ${at}`);
  writeFileSync(file, messages.map((one) => `${line(one)}\n`).join(""));
  expect(await messagesOf(createEventTail(file))).toEqual(messages);
});
