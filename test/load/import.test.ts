import { createWriteStream, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { afterAll, expect, test } from "vitest";
import { measuredCli } from "./measured-cli.ts";

const calls = 1_000_000;
const mostMb = 350;
const cwd = mkdtempSync(join(tmpdir(), "dao-opt-load-"));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

function* lines(): Generator<string> {
  for (let from = 0; from < calls; from += 1000) {
    let text = "";
    for (let at = from; at < from + 1000; at++) {
      const content = `Summarize the following text:\n\nThe parcel of order ${at} is late, and nobody knows where it is.`;
      const messages = [
        { role: "user", content },
        { role: "assistant", content: `Order ${at} is late.` },
      ];
      text += `${JSON.stringify({ messages })}\n`;
    }
    yield text;
  }
}

test("a million calls are read, un-rendered, stored and converted to rows in bounded memory; a second import adds nothing", async () => {
  const prompts = { sum: { name: "sum", default_template: "Summarize the following text:\n\n{{text}}" } };
  writeFileSync(join(cwd, "config.yaml"), JSON.stringify({ prompts }));
  await pipeline(Readable.from(lines()), createWriteStream(join(cwd, "calls.jsonl")));
  const run = async () => {
    const result = await measuredCli(
      ["collect", "import", "calls.jsonl", "--config", "config.yaml", "--dataset", "big", "--json"],
      cwd,
    );
    expect(result.exitCode, result.stderr).toBe(0);
    expect(result.peakMb).toBeLessThan(mostMb);
    return JSON.parse(result.stdout);
  };
  expect(await run()).toMatchObject({
    traces: { read: calls, added: calls, known: 0, lost: 0 },
    unrendered: { exact: calls },
    dataset: { added: calls, rows: calls },
    problems: { count: 0 },
  });
  expect(await run()).toMatchObject({
    traces: { added: 0, known: calls },
    dataset: { added: 0, rows: calls },
  });
}, 3_600_000);
