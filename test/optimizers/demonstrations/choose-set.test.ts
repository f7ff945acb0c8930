import { expect, it } from "vitest";
import { createRandom } from "../../../src/core/random.ts";
import {
  coverRows,
  nearestSet,
  randomSet,
  spreadSet,
} from "../../../src/optimizers/demonstrations/choose-set.ts";
import type { Demonstration } from "../../../src/optimizers/demonstrations/demonstration.ts";
import {
  cosineSimilarity,
  createResemblance,
  wordVectors,
} from "../../../src/optimizers/demonstrations/resemblance.ts";

const topics = ["cats purr", "dogs bark", "birds sing"];
const pool: readonly Demonstration[] = topics.flatMap((topic, at) =>
  Array.from({ length: 6 }, (_, turn) => ({
    row: `${at}-${turn}`,
    inputs: { text: `note ${at}${turn} that ${topic}` },
    answer: "yes",
    isHard: turn === 0,
  })),
);
const rows = ["the birds sing", "all birds sing today"].map((text, at) => ({
  id: `v${at}`,
  inputs: { text },
  expectations: {},
  tags: {},
  origin: { file: "v" },
}));
const resemblance = createResemblance(pool, rows);
const topicsOf = (set: readonly Demonstration[]) => set.map(({ row }) => row[0]).sort();

it.each([1, 2, 3, 4])("a spread set of three shows every topic (seed %i)", (seed) => {
  const set = spreadSet(pool, 3, resemblance, createRandom(seed));
  expect(topicsOf(set)).toEqual(["0", "1", "2"]);
});

it("a spread set is no larger than the pool and has no duplicates", () => {
  const set = spreadSet(pool, 100, resemblance, createRandom(1));
  expect(new Set(set).size).toBe(pool.length);
  expect(set).toHaveLength(pool.length);
});

it("the nearest set shows the topic of the failures", () => {
  expect(topicsOf(nearestSet(pool, 2, rows, resemblance, createRandom(1)))).toEqual(["2", "2"]);
});

it("a random set takes the wanted items first and has no duplicates", () => {
  const set = randomSet(pool, 5, createRandom(1), ({ isHard }) => isHard);
  expect(set.filter(({ isHard }) => isHard)).toHaveLength(3);
  expect(new Set(set).size).toBe(5);
  expect(randomSet(pool, 5, createRandom(2))).not.toEqual(randomSet(pool, 5, createRandom(3)));
});

it("covers rows by the largest gain, then starts a second round, then stops", () => {
  const resembles = [
    [1, 1, 0],
    [0, 1, 1],
    [0.5, 0, 0],
    [0, 0, 0],
  ];
  expect(coverRows(resembles, 4)).toEqual([0, 1, 2]);
  expect(coverRows(resembles, 1)).toEqual([0]);
  expect(coverRows([], 3)).toEqual([]);
});

it("compares texts by their rare words", () => {
  const [one, other, third, same] = wordVectors([
    "the cat sat",
    "the cat ran",
    "the dog ate",
    "The CAT sat!",
  ]);
  if (one === undefined || other === undefined || third === undefined || same === undefined)
    throw new Error();
  expect(cosineSimilarity(one, same)).toBeCloseTo(1);
  expect(cosineSimilarity(one, other)).toBeGreaterThan(cosineSimilarity(one, third));
  expect(cosineSimilarity(one, other)).toBe(cosineSimilarity(other, one));
});
