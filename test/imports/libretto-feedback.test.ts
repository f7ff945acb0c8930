import { beforeEach, expect, test } from "vitest";
import { createImportWorld, type ImportWorld } from "../support/import-world.ts";

let world: ImportWorld;
beforeEach(() => {
  world = createImportWorld();
});

const event = (key: string) => ({
  apiName: "greet",
  modelParameters: { modelProvider: "openai", modelType: "chat", model: "gpt-4o" },
  promptTemplateChat: [{ role: "user", content: "Greet {name}" }],
  params: { name: key },
  response: "Hi",
  feedbackKey: key,
  timestamp: "2026-01-02T03:04:05Z",
});
const at = "2026-01-03T00:00:00.000Z";
const rated = { feedback_key: "k1", rating: 0.2, better_response: "Hello!", timestamp: at };
const corrected = { rating: 0.2, better_response: "Hello!", at };
const write = (name: string, ...lines: readonly object[]) =>
  world.write(name, lines.map((line) => JSON.stringify(line)).join("\n"));

test("is added to the event with its key, in any order, and to the row; a second import changes nothing", async () => {
  const taken = [
    { feedback_key: "k2", rating: 0 },
    { feedback_key: "k2", is_deleted: true },
  ];
  write("log.jsonl", rated, event("k1"), event("k2"), ...taken, {
    feedback_key: "k1",
    rating: 1,
    timestamp: at,
  });
  for (const added of [2, 0]) {
    const output = await world.imported("log.jsonl", "--dataset", "rows");
    expect(output).toMatchObject({ traces: { read: 2, added }, feedback: 0, problems: { count: 0 } });
    expect(await world.listed()).toMatchObject([
      { feedback: [corrected, { rating: 1, at }] },
      { feedback_key: "k2" },
    ]);
  }
  expect((await world.listed())[1]).not.toHaveProperty("feedback");
  expect(world.rows("rows")).toMatchObject([
    { inputs: { name: "k1" }, expectations: { expected_response: "Hello!" }, tags: { rating: 1 } },
    { inputs: { name: "k2" } },
  ]);
});

test("in a later file is added once to the stored trace", async () => {
  write("events.jsonl", event("k1"));
  await world.imported("events.jsonl");
  write("feedback.jsonl", rated);
  const { stdout } = await world.cli("feedback.jsonl");
  expect(stdout).toBe("feedback.jsonl: libretto, feedback alone\nfeedback: 1 added to known traces\n");
  expect(await world.imported("feedback.jsonl")).toMatchObject({ feedback: 0 });
  expect(await world.listed()).toMatchObject([{ feedback: [corrected] }]);
  expect((await world.listed())[0]?.["feedback"]).toHaveLength(1);
});

test("without its event, or with a rating out of range, is reported with its line", async () => {
  write("log.jsonl", event("k1"), { feedback_key: "k1", rating: 7 }, { ...rated, feedback_key: "k9" });
  const { problems } = await world.imported("log.jsonl");
  expect(problems.shown).toEqual([
    { file: "log.jsonl", line: 2, message: "rating is 7, not a number from 0 to 1" },
    {
      file: "log.jsonl",
      line: 3,
      message: "no event has the feedback key k9, neither in these files nor among the stored traces",
    },
  ]);
});

test("is redacted like the events", async () => {
  write("log.jsonl", event("k1"));
  await world.imported("log.jsonl");
  write("feedback.jsonl", { ...rated, better_response: "Write to jane@example.com" });
  for (const added of [1, 0])
    expect(await world.imported("feedback.jsonl", "--redact")).toMatchObject({ feedback: added });
  expect(await world.listed()).toMatchObject([{ feedback: [{ better_response: "Write to [EMAIL]" }] }]);
});
