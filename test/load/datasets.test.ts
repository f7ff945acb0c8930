import { createHash } from "node:crypto";
import { createReadStream, createWriteStream, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { afterAll, expect, test } from "vitest";
import { measuredCli } from "./measured-cli.ts";

/** LOAD_ROWS: fewer, in thousands, to try the test itself. */
const rows = Number(process.env["LOAD_ROWS"] ?? 1_000_000);
const mostMb = 300;
const cwd = mkdtempSync(join(tmpdir(), "dao-opt-load-"));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

/** Rows of about 300 bytes: 300 MB. */
function* lines(): Generator<string> {
  for (let from = 0; from < rows; from += 1000) {
    let text = "";
    for (let at = from; at < from + 1000; at++) {
      text += `${JSON.stringify({
        inputs: {
          subject: `Order ${at}`,
          text: `Message number ${at} about order ${(at * 7919) % 100_003}: the parcel did not arrive and I would like to know where it is now.`,
        },
        outputs: ["delivery", "refund", "other"][at % 3],
        tags: { rating: (at % 11) / 10, customer: `c${at % 20_011}` },
        source: { type: "trace", trace_id: `tr-${at}` },
      })}\n`;
    }
    yield text;
  }
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}

async function dataset(...args: readonly string[]) {
  const result = await measuredCli(["dataset", ...args], cwd);
  expect(result.exitCode, result.stderr).toBe(0);
  expect(result.peakMb).toBeLessThan(mostMb);
  return result.stdout;
}

test("a million rows are merged, counted, checked, split and exported in bounded memory", async () => {
  await pipeline(Readable.from(lines()), createWriteStream(join(cwd, "rows.jsonl")));
  const merged = JSON.parse(await dataset("merge", "big", "rows.jsonl", "--json"));
  expect(merged).toMatchObject({ added: rows, updated: 0, unchanged: 0, rows });
  const before = await digestOf(merged.path);
  expect(JSON.parse(await dataset("merge", "big", "rows.jsonl", "--json"))).toMatchObject({
    added: 0,
    updated: 0,
    unchanged: rows,
    rows,
  });
  expect(await digestOf(merged.path)).toBe(before);
  expect(await dataset("list")).toContain(rows.toLocaleString("en-US"));
  expect(JSON.parse(await dataset("stats", "big", "--by", "tags.customer", "--json"))).toMatchObject({
    rows,
    distinct_inputs: rows,
    distinct_answers: 3,
    near_duplicates: { sample: 5000 },
  });
  expect(JSON.parse(await dataset("validate", "big", "--json"))).toMatchObject({ ok: true, rows });
  expect(JSON.parse(await dataset("split", "big", "--json"))).toMatchObject({
    rows,
    parts: [{ rows: rows * 0.4 }, { rows: rows * 0.3 }, { rows: rows * 0.3 }],
  });
  const byCustomer = ["--by", "tags.customer", "--output", "grouped"];
  expect(JSON.parse(await dataset("split", "big", ...byCustomer, "--json"))).toMatchObject({
    rows,
    unused: 0,
  });
  expect(
    JSON.parse(await dataset("stats", "big-train", "big-validation", "big-test", "--json")),
  ).toMatchObject({ rows, leaks: { count: 0 } });
  for (const ending of ["csv", "json"]) await dataset("export", "big", "--output", `out.${ending}`);
  expect(JSON.parse(await dataset("merge", "again", "out.csv", "--json"))).toMatchObject({
    added: rows,
    rows,
  });
  expect(JSON.parse(await dataset("merge", "again", "out.json", "--json"))).toMatchObject({
    unchanged: rows,
  });
  const rated = Array.from({ length: rows }, (_, at) => at % 11).filter((tenths) => tenths >= 9).length;
  const ofRated = await dataset("merge", "rated", "big", "--min-rating", "0.9", "--json");
  expect(JSON.parse(ofRated)).toMatchObject({ added: rated, left_out: rows - rated });
}, 3_600_000);
