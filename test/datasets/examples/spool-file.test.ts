import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openSpoolFile } from "../../../src/datasets/examples/spool-file.ts";

it("returns every text, buffered or larger than the buffer", async () => {
  const folder = await mkdtemp(join(tmpdir(), "dao-opt-test-"));
  const spool = openSpoolFile(folder);
  const texts = ["", "é日", "x".repeat(700_000), "ü".repeat(700_000), "small", "y".repeat(900_000), "last"];
  const spans = texts.map((text) => spool.append(text));
  expect(spans.map((span) => spool.read(span))).toEqual(texts);
  const added = spool.append("after reading");
  expect(spool.read(added)).toBe("after reading");
  spool.close();
  expect(() => spool.read(added)).toThrow("was read after the dataset was closed");
  expect(await readdir(folder)).toEqual([]);
  await rm(folder, { recursive: true });
});
