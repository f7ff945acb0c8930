import { expect, test } from "vitest";
import { parseYaml } from "../../../src/formats/yaml/parse-yaml.ts";

const tooDeep = "it is nested too deeply";
const tooMany = "it has too many parts for a registry file";
const mapsInMaps = (depth: number) =>
  Array.from({ length: depth }, (_, at) => `${" ".repeat(at)}a:`).join("\n");

test.each([
  ["ten megabytes of brackets", "[".repeat(9_000_000), tooDeep],
  ["a long list", `a: [${"1,".repeat(4_000_000)}]`, tooMany],
  ["a million keys", "a: 1\n".repeat(1_000_000), tooMany],
  ["lists in lists on a line", "- ".repeat(900_000), tooDeep],
  ["maps in maps", mapsInMaps(3000), tooDeep],
  ["more than ten megabytes", `a: ${"x".repeat(10_000_000)}`, "it is larger than 10 MB"],
  ["bytes", "a: !!binary aGk=", "it contains a value that JSON cannot represent"],
  ["a set", "a: !!set {x, y}", "it contains a value that JSON cannot represent"],
])("%s is rejected before it fills the memory", (_, text, message) => {
  const { value, problems } = parseYaml(text);
  expect(problems.map((problem) => problem.message)).toEqual([message]);
  if (message !== "it contains a value that JSON cannot represent") expect(value).toBeUndefined();
});

test("deeply nested maps are one problem, whatever stack the parser needs", () => {
  for (let round = 0; round < 5; round += 1) {
    for (const depth of [200, 1000, 1400, 1800]) {
      const { problems } = parseYaml(mapsInMaps(depth));
      expect(problems, `${depth}`).toMatchObject([{ message: expect.stringContaining("it is nested ") }]);
    }
  }
});

test("a long text and wide values on one line are accepted", () => {
  const text = "[{- ? : x\n".repeat(50_000);
  expect(parseYaml(`a: ${JSON.stringify(text)}\n`).value).toEqual({ a: text });
  const block = `a: |\n${"  [[{{ - - \n".repeat(50_000)}`;
  expect(parseYaml(block).value).toEqual({ a: "[[{{ - - \n".repeat(50_000) });
  // Comparing each key with all others would exceed the test's time limit.
  const wide = Object.fromEntries(Array.from({ length: 30_000 }, (_, at) => [`k${at}`, at]));
  expect(parseYaml(JSON.stringify({ wide })).value).toEqual({ wide });
});

test("a repeated key is reported with its place, also in nested maps", () => {
  expect(parseYaml("a: 1\nb:\n  c: 1\n  d: 2\n  c: 3\na: 4\n").problems).toEqual([
    { message: "Map keys must be unique", line: 6, column: 1 },
    { message: "Map keys must be unique", line: 5, column: 3 },
  ]);
});
