import { mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openUnsentFiles } from "../../../src/run/answers/unsent-files.ts";
import { addressOf, exchange } from "../../suites/shared-answers.ts";

const answersOf = (...names: string[]) => new Map(names.map((name) => [addressOf(name), exchange(name)]));

test("commands that cannot send leave one file, not one more copy each", async () => {
  const folder = mkdtempSync(join(tmpdir(), "dao-opt-unsent-"));
  await openUnsentFiles(folder, "postgres://h/d").write(answersOf("one"));
  for (const name of ["two", "three"]) {
    const files = openUnsentFiles(folder, "postgres://h/d");
    await files.write(new Map([...(await files.read()), ...answersOf(name)]));
  }
  expect(readdirSync(folder)).toHaveLength(1);
  // Of a command that ended after this one had read.
  const late = openUnsentFiles(folder, "postgres://h/d");
  expect(await late.read()).toEqual(answersOf("one", "two", "three"));
  await openUnsentFiles(folder, "postgres://h/d").write(answersOf("four"));
  await openUnsentFiles(folder, "postgres://h/other").write(answersOf("five"));
  await late.remove();
  expect(await openUnsentFiles(folder, "postgres://h/d").read()).toEqual(answersOf("four"));
});
