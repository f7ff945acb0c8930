import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { isJsonObject, type JsonObject, type JsonValue } from "../../src/core/data/json.ts";
import { formatNamed } from "../../src/imports/detect-format.ts";
import type { ImportItem } from "../../src/imports/import-format.ts";
import { readValues } from "../../src/imports/source/read-values.ts";
import { openSourceFile } from "../../src/imports/source/source-file.ts";
import { importFixtures } from "../support/import-fixtures.ts";
import { fixture } from "../support/import-world.ts";

const folder = mkdtempSync(join(tmpdir(), "dao-opt-hostile-"));
const wrongValues: readonly JsonValue[] = [null, -1.5, "", "text", "[", [], [[{}]], { a: { b: null } }, true];

async function valuesIn(path: string): Promise<readonly JsonValue[]> {
  const values: JsonValue[] = [];
  for await (const read of readValues(await openSourceFile(fixture(path), path)))
    if ("value" in read) values.push(read.value);
  return values;
}

/** What the format reads from a file with this content. */
async function itemsOf(
  format: string,
  name: string,
  content: string | Uint8Array,
): Promise<readonly ImportItem[]> {
  const path = join(folder, name);
  writeFileSync(path, content);
  const items: ImportItem[] = [];
  for await (const item of formatNamed(format).read([await openSourceFile(path, name)])) items.push(item);
  return items;
}

const linesOf = (values: readonly JsonValue[]): string =>
  values.map((value) => JSON.stringify(value)).join("\n");

/** Copies of a value with one member, at any depth, replaced. */
function* spoiled(value: JsonValue, wrong: JsonValue): Generator<JsonValue> {
  if (Array.isArray(value)) {
    // The first items are enough: the others have the same shape.
    for (const [at, item] of value.slice(0, 2).entries()) {
      yield value.with(at, wrong);
      for (const one of spoiled(item as JsonValue, wrong)) yield value.with(at, one);
    }
  } else if (isJsonObject(value)) {
    for (const [name, member] of Object.entries(value)) {
      yield { ...value, [name]: wrong };
      for (const one of spoiled(member, wrong)) yield { ...value, [name]: one };
    }
  }
}

function expectSound(items: readonly ImportItem[]): void {
  const faults = JSON.stringify(items).match(
    /.{0,80}(\bundefined\b|\[object Object\]|TypeError|Cannot read|NaN).{0,20}/g,
  );
  expect(faults?.slice(0, 3) ?? []).toEqual([]);
  for (const item of items) {
    if (item.kind === "row") {
      expect(isJsonObject(item.record.inputs)).toBe(true);
    } else if (item.kind === "trace") {
      expect(item.trace.traceId).toMatch(/./);
      expect(Date.parse(item.trace.startedAt)).not.toBeNaN();
      for (const { rating, at } of item.trace.feedback ?? []) {
        expect(rating === undefined || (rating >= 0 && rating <= 1)).toBe(true);
        expect(Date.parse(at)).not.toBeNaN();
      }
      for (const message of item.trace.messages ?? []) expect(typeof message.role).toBe("string");
    }
  }
}

describe.each(importFixtures())("$path", ({ path, format }) => {
  test("survives every member of another type", async () => {
    const values = await valuesIn(path);
    for (const wrong of wrongValues) {
      const copies = values.slice(0, 6).flatMap((value) => [...spoiled(value, wrong)]);
      expectSound(await itemsOf(format, "x.jsonl", linesOf(copies)));
    }
  });

  test("survives hostile names and deep nesting", async () => {
    const values = await valuesIn(path);
    const [first] = values.filter(isJsonObject);
    const deep = `${"[".repeat(2000)}${"]".repeat(2000)}`;
    const names = Object.keys(first ?? {});
    const hostile = values.map((value) =>
      JSON.stringify(value).replaceAll(/\{(?=")/g, '{"__proto__":{"polluted":true},"constructor":{"x":1},'),
    );
    const nested = names.map((name) =>
      JSON.stringify({ ...first, [name]: "@deep" } satisfies JsonObject).replace('"@deep"', deep),
    );
    expectSound(await itemsOf(format, "x.jsonl", [...hostile, ...nested].join("\n")));
    expect("polluted" in {}).toBe(false);
  });

  test("reports a truncated and a wrongly encoded file", async () => {
    const content = readFileSync(fixture(path));
    const name = `x${path.slice(path.lastIndexOf("."))}`;
    expectSound(await itemsOf(format, name, content.subarray(0, Math.floor(content.length * 0.6))));
    const latin = Buffer.concat([content.subarray(0, 40), Buffer.from([0xe4, 0xff]), content.subarray(40)]);
    const items = await itemsOf(format, name, latin);
    expectSound(items);
    // A table is decoded as Windows-1252, which is noted where the file is opened.
    const isReported = items.some((item) => item.kind === "problem" && item.message.includes("UTF-8"));
    expect(isReported).toBe(!path.endsWith(".csv"));
  });
});
