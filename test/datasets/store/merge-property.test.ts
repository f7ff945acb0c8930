import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { DatasetRecord } from "../../../src/contracts/dataset-store.ts";
import type { JsonObject, JsonValue } from "../../../src/core/data/json.ts";
import { openDatasetStore } from "../../../src/datasets/open-dataset-store.ts";
import { mergeModel } from "./merge-model.ts";

const json: fc.Arbitrary<JsonValue> = fc.jsonValue({ maxDepth: 2 }).map((value) => {
  // Values after a JSON round trip: −0 becomes 0, and so on.
  return JSON.parse(JSON.stringify(value)) as JsonValue;
});
const someObject: fc.Arbitrary<JsonObject> = fc.dictionary(fc.constantFrom("a", "b", "c"), json, {
  minKeys: 1,
  noNullPrototype: true,
});
// Few different inputs, so that most rows match an existing one.
const inputs: fc.Arbitrary<JsonObject> = fc.oneof(
  fc.record({ text: fc.constantFrom("x", "y", "z", 'ü\u2028\n"') }),
  fc.record({ n: fc.integer({ min: 0, max: 2 }), deep: fc.record({ b: fc.constant(1), a: fc.boolean() }) }),
);
const answer = json.filter((value) => value !== null && value !== "");
const record: fc.Arbitrary<DatasetRecord> = fc
  .record(
    {
      inputs,
      outputs: answer,
      expectations: fc.record({ expected_response: fc.constantFrom("p", "q"), note: json }),
      tags: someObject,
      source: fc.record({ type: fc.constantFrom("trace", "human"), traceId: fc.constantFrom("t1", "t2") }),
      other: fc.record({ created_time: fc.nat(3) }),
    },
    { requiredKeys: ["inputs"], noNullPrototype: true },
  )
  .map((made) => made as DatasetRecord);

test("merging any batches equals a map by inputs; merging them again changes only what the map changes", async () => {
  const folder = await mkdtemp(join(tmpdir(), "dao-opt-merge-"));
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(record, { maxLength: 6 }), { maxLength: 5 }), async (batches) => {
      const store = openDatasetStore({ folder });
      const name = `set-${runs++}`;
      const model = mergeModel();
      for (const batch of batches) expect(await store.merge(name, batch)).toEqual(model.merge(batch));
      if (model.records().length === 0) return;
      const read: unknown[] = [];
      for await (const one of store.records(name)) read.push(one);
      expect(read).toEqual(model.records());
      const lines = (await readFile(store.fileOf(name), "utf8")).split("\n");
      expect(lines).toHaveLength(read.length + 1);
      // Merging the current state into itself changes nothing.
      const before = await readFile(store.fileOf(name));
      expect(await store.merge(name, read as DatasetRecord[])).toMatchObject({ added: 0, updated: 0 });
      expect(await readFile(store.fileOf(name))).toEqual(before);
    }),
    { numRuns: 60 },
  );
  await rm(folder, { recursive: true });
});
