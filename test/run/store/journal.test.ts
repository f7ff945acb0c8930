import { appendFileSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import type { Exchange } from "../../../src/contracts/answer-store.ts";
import { openJournal } from "../../../src/run/store/journal.ts";
import type { JournalRecord } from "../../../src/run/store/journal-lines.ts";
import { readJournal } from "../../../src/run/store/read-journal.ts";

const exchange: Exchange = {
  question: {
    kind: "model",
    provider: "openai",
    model: "small",
    parameters: {},
    messages: [{ role: "user", content: "Grüße\n" }],
    repeat: 0,
  },
  completion: {
    text: "ok",
    toolCalls: [],
    finishReason: "stop",
    usage: { inputTokens: 1, outputTokens: 1 },
    latencyMs: 3,
  },
};
const recordOf = (address: string): JournalRecord => ({
  address,
  exchange,
  at: "2026-01-01T00:00:00.000Z",
  elapsedMs: 5,
  from: "provider",
});

let file: string;
beforeEach(() => {
  file = join(mkdtempSync(join(tmpdir(), "dao-opt-journal-")), "journal.jsonl");
});

describe("journal", () => {
  test("gives back what was appended", () => {
    const journal = openJournal(file);
    for (const address of ["a", "b"]) journal.append(recordOf(address));
    journal.close();
    expect([...openJournal(file).records.values()]).toEqual([recordOf("a"), recordOf("b")]);
  });

  test("drops a torn last line, wherever it is torn, and goes on after the last whole one", () => {
    const journal = openJournal(file);
    journal.append(recordOf("a"));
    journal.append(recordOf("b"));
    journal.close();
    const whole = readFileSync(file);
    const first = whole.indexOf(10) + 1;
    for (let cut = first; cut < whole.length; cut += 7) {
      writeFileSync(file, whole.subarray(0, cut));
      const reopened = openJournal(file);
      expect([...reopened.records.keys()]).toEqual(["a"]);
      reopened.append(recordOf("c"));
      reopened.close();
      expect([...readJournal(file).records.keys()]).toEqual(["a", "c"]);
    }
  });

  test("names file and line of a record that is corrupt elsewhere", () => {
    const journal = openJournal(file);
    journal.append(recordOf("a"));
    journal.close();
    appendFileSync(file, '{"address": 7}\n');
    const again = `${readFileSync(file, "utf8")}${JSON.stringify({ address: "z" })}\n`;
    writeFileSync(file, again);
    expect(() => openJournal(file)).toThrow(`${file}:2: not a journal record`);
  });
});
