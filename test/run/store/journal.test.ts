import { appendFileSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import type { Exchange } from "../../../src/contracts/answer-store.ts";
import { openJournal } from "../../../src/run/store/journal.ts";
import type { JournalRecord } from "../../../src/run/store/journal-lines.ts";
import { readJournal } from "../../../src/run/store/read-journal.ts";
import { openJournalAdaptations } from "../../../src/run/store/run-answers.ts";

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
  test("returns what was appended", () => {
    const journal = openJournal(file);
    for (const address of ["a", "b"]) journal.append(recordOf(address));
    journal.close();
    expect([...openJournal(file).records.values()]).toEqual([recordOf("a"), recordOf("b")]);
  });

  test("drops a torn last line, wherever it is torn, and continues after the last complete one", () => {
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

  test("an attempt without an answer is lost; one that ended has its cost, if any", async () => {
    const journal = openJournal(file);
    const attempt = { estimate: { inputTokens: 7, outputTokens: 9 } };
    const send = (address: string, more = {}) => journal.appendSent(address, { ...attempt, ...more }, "t");
    await Promise.all(["answered", "lost", "refused", "billed", "cached"].map((address) => send(address)));
    journal.append(recordOf("answered"));
    journal.appendEnded("refused", undefined);
    journal.appendEnded("billed", { inputTokens: 3, outputTokens: 0 });
    await send("billed", { answeredBy: "spare" });
    journal.append({ ...recordOf("cached"), from: "cache" });
    journal.close();
    const lost = { inputTokens: 7, outputTokens: 9, isLost: true, isEstimated: true };
    expect(Object.fromEntries(readJournal(file).unfiled)).toEqual({
      lost: [lost],
      billed: [
        { inputTokens: 3, outputTokens: 0 },
        { ...lost, answeredBy: "spare" },
      ],
      // Another run's answer is unrelated to this run's attempts.
      cached: [lost],
    });

    const again = openJournal(file);
    again.append(recordOf("lost"));
    await again.appendSent("billed", attempt, "t");
    again.close();
    expect(readJournal(file).unfiled.get("lost")).toBeUndefined();
    expect(readJournal(file).unfiled.get("billed")).toHaveLength(3);
  });

  test("attempts of one turn are on disk together before they are sent, and before later answers", async () => {
    const journal = openJournal(file);
    const attempt = { estimate: { inputTokens: 1, outputTokens: 1 } };
    const first = journal.appendSent("a", attempt, "t");
    void journal.appendSent("b", attempt, "t");
    expect(readFileSync(file, "utf8")).toBe("");
    await first;
    expect(readFileSync(file, "utf8").trimEnd().split("\n")).toHaveLength(2);
    const third = journal.appendSent("c", attempt, "t");
    journal.append(recordOf("a"));
    await third;
    expect(readFileSync(file, "utf8").trimEnd().split("\n")[2]).toContain('"sent":"c"');
    journal.close();
    await expect(journal.appendSent("d", attempt, "t")).rejects.toThrow("after the run had ended");
    // A call dropped afterwards stays recorded as lost.
    expect(() => journal.appendEnded("b", undefined)).not.toThrow();
    expect([...readJournal(file).unfiled.keys()].toSorted()).toEqual(["b", "c"]);
  });

  test("drops a torn line of an attempt like any other", async () => {
    const journal = openJournal(file);
    journal.append(recordOf("a"));
    await journal.appendSent("b", { estimate: { inputTokens: 1, outputTokens: 1 } }, "t");
    journal.close();
    const whole = readFileSync(file);
    writeFileSync(file, whole.subarray(0, whole.length - 9));
    const reopened = openJournal(file);
    expect([...reopened.records.keys()]).toEqual(["a"]);
    expect(reopened.unfiled.size).toBe(0);
    reopened.close();
  });

  test("request adaptations are known in the next session, once", () => {
    const journal = openJournal(file);
    const log = openJournalAdaptations(journal, journal);
    expect(log.known("small")).toEqual([]);
    log.note("small", { parameter: "temperature" });
    log.note("small", { parameter: "temperature" });
    log.note("small", { parameter: "max_tokens", sentAs: "max_completion_tokens" });
    expect(log.known("small")).toHaveLength(2);
    journal.close();
    const next = openJournal(file);
    const known = openJournalAdaptations(next, next);
    expect(known.known("small")).toEqual([
      { parameter: "temperature" },
      { parameter: "max_tokens", sentAs: "max_completion_tokens" },
    ]);
    known.note("small", { parameter: "temperature" });
    next.close();
    expect(readFileSync(file, "utf8").trimEnd().split("\n")).toHaveLength(2);
  });

  test("names the file and line of a record that is corrupt elsewhere", () => {
    const journal = openJournal(file);
    journal.append(recordOf("a"));
    journal.close();
    appendFileSync(file, '{"address": 7}\n');
    const again = `${readFileSync(file, "utf8")}${JSON.stringify({ address: "z" })}\n`;
    writeFileSync(file, again);
    expect(() => openJournal(file)).toThrow(`${file}:2: not a journal record`);
  });

  test("names the file and line of a changed record, even the last one", async () => {
    const journal = openJournal(file);
    journal.append(recordOf("a"));
    await journal.appendSent("b", { estimate: { inputTokens: 70, outputTokens: 9 } }, "t");
    journal.append(recordOf("b"));
    journal.close();
    const text = readFileSync(file, "utf8");
    const lines = text.trimEnd().split("\n");
    const changeLine = (index: number, from: string | RegExp, to: string) => {
      const changed = lines.map((line, at) => (at === index ? line.replace(from, to) : line));
      expect(changed).not.toEqual(lines);
      writeFileSync(file, `${changed.join("\n")}\n`);
    };
    const changes: [number, string | RegExp, string][] = [
      [0, '"text":"ok"', '"text":"no"'],
      [0, "Grüße", "Gruße"],
      [1, '"input_tokens":70', '"input_tokens":7'],
      [2, '"elapsed_ms":5', '"elapsed_ms":50'],
      [2, /"sum":"(.)/, '"sum": "$1'],
      [2, /"sum":"[0-9a-f]+"/, '"sum":"00000000"'],
      [2, /"sum":"[0-9a-f]+"/, '"sum":7'],
    ];
    for (const [index, from, to] of changes) {
      changeLine(index, from, to);
      const place = `${file}:${index + 1}: the line was changed after it was written`;
      expect(() => openJournal(file)).toThrow(place);
      expect(() => readJournal(file)).toThrow(place);
    }
    // A refused file is not changed.
    expect(readFileSync(file, "utf8")).toContain('"sum":7');
    writeFileSync(file, text);
    expect([...readJournal(file).records.keys()]).toEqual(["a", "b"]);
  });

  test("reads lines without a checksum from earlier versions", () => {
    const journal = openJournal(file);
    for (const address of ["a", "b"]) journal.append(recordOf(address));
    journal.close();
    writeFileSync(file, readFileSync(file, "utf8").replace(/,"sum":"[0-9a-f]+"\}\n/, "}\n"));
    expect([...readJournal(file).records.values()]).toEqual([recordOf("a"), recordOf("b")]);
  });
});
