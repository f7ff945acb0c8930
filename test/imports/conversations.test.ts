import { describe, expect, test } from "vitest";
import { createImportWorld } from "../support/import-world.ts";
import { readByAll } from "../support/row-doors.ts";
import { runCli } from "../support/run-cli.ts";

const jsonl = (...rows: readonly object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join("");
const user = (content: string) => ({ role: "user", content });
const assistant = (content: string) => ({ role: "assistant", content });

describe("ShareGPT, as in the documentation of hiyouga/LLaMA-Factory", () => {
  const turns = [
    { from: "human", value: "What is 17 * 19?" },
    { from: "function_call", value: '{"name": "mul", "arguments": {"a": 17, "b": 19}}' },
    { from: "observation", value: "323" },
    { from: "gpt", value: "It is 323." },
  ];
  const messages = [
    { role: "system", content: "Be brief." },
    user("What is 17 * 19?"),
    assistant('{"name": "mul", "arguments": {"a": 17, "b": 19}}'),
    { role: "tool", content: "323" },
  ];

  test("turns become messages, and the last one of the assistant the answer", async () => {
    const row = { conversations: turns, system: "Be brief.", topic: "math" };
    const { rows, expected } = await readByAll("share.json", JSON.stringify([row]));
    expect(rows).toEqual([{ inputs: { messages, topic: "math" }, outputs: "It is 323." }]);
    expect(expected).toEqual(["It is 323."]);
  });

  test("turns with role and content, and turns as text in a cell", async () => {
    const chat = [user("Hi"), assistant("Hello")];
    const cell = `"[{'from': 'human', 'value': 'Hi'}, {'from': 'gpt', 'value': 'Hello'}]"`;
    for (const [name, content] of [
      ["roles.jsonl", jsonl({ conversations: chat })],
      ["cell.csv", `conversations\n${cell}\n`],
    ] as const)
      expect((await readByAll(name, content)).rows).toEqual([
        { inputs: { messages: [user("Hi")] }, outputs: "Hello" },
      ]);
  });

  test("rows without turns and unknown speakers are reported by line", async () => {
    const good = { conversations: turns };
    const odd = { conversations: [{ from: "narrator", value: "x" }] };
    const { problems, rows } = await readByAll("odd.jsonl", jsonl(good, good, odd, { conversations: [] }));
    expect(rows).toHaveLength(1);
    expect(problems.shown.map(({ line, message }) => [line, message])).toEqual([
      [3, 'a turn from "narrator", which is neither human, gpt, system nor tool'],
      [4, "not ShareGPT, unlike most of the file"],
    ]);
  });
});

// https://huggingface.co/docs/trl/dataset_formats
describe("TRL", () => {
  const prompt = [user("What color is the sky?")];
  const question = { inputs: { messages: prompt } };

  test("prompt and completion as messages", async () => {
    const { rows } = await readByAll("p.jsonl", jsonl({ prompt, completion: [assistant("Blue.")] }));
    expect(rows).toEqual([{ ...question, expectations: { expected_response: "Blue." } }]);
  });

  test.each([
    ["an explicit prompt", { prompt, chosen: [assistant("Blue.")], rejected: [assistant("Green.")] }],
    [
      "an implicit prompt",
      { chosen: [...prompt, assistant("Blue.")], rejected: [...prompt, assistant("Green.")] },
    ],
  ])("the chosen answer of a preference is expected, and the rejected one is kept: %s", async (_, row) => {
    const { rows } = await readByAll("pref.jsonl", jsonl(row));
    expect(rows).toEqual([{ ...question, expectations: { expected_response: "Blue." }, rejected: "Green." }]);
  });

  test("preferences of texts", async () => {
    const row = { prompt: "The sky is", chosen: " blue.", rejected: " green." };
    const { rows } = await readByAll("texts.jsonl", jsonl(row));
    expect(rows).toEqual([
      {
        inputs: { prompt: "The sky is" },
        expectations: { expected_response: " blue." },
        rejected: " green.",
      },
    ]);
  });

  test("unpaired preferences: a completion to avoid is not expected", async () => {
    const row = (completion: string, label: boolean) => ({
      prompt: `The sky: ${completion}`,
      completion,
      label,
    });
    const { expected } = await readByAll("kto.jsonl", jsonl(row("blue", true), row("green", false)));
    expect(expected).toEqual(["blue", undefined]);
  });
});

// https://platform.openai.com/docs/guides/direct-preference-optimization and /reinforcement-fine-tuning
describe("files of OpenAI", () => {
  test("preference tuning", async () => {
    const row = {
      input: {
        messages: [user("Hello, how cold is San Francisco today?")],
        tools: [],
        parallel_tool_calls: true,
      },
      preferred_output: [assistant("Not that cold.")],
      non_preferred_output: [assistant("It is chilly.")],
    };
    const { rows } = await readByAll("dpo.jsonl", jsonl(row));
    expect(rows).toEqual([
      {
        inputs: { messages: row.input.messages },
        expectations: { expected_response: "Not that cold." },
        rejected: "It is chilly.",
      },
    ]);
  });

  test("reinforcement fine-tuning: reference fields beside the messages", async () => {
    const row = {
      messages: [user("Is it compliant?")],
      reference_answer: { compliant: "yes" },
      topic: "policy",
    };
    const { rows } = await readByAll("rft.jsonl", jsonl(row));
    expect(rows).toEqual([
      {
        inputs: { messages: row.messages, topic: "policy" },
        expectations: { expected_response: { compliant: "yes" } },
      },
    ]);
  });

  test("lines of a fine-tuning file are rows of datasets, and calls of an import, which says so", async () => {
    const world = createImportWorld();
    world.write("tuning.jsonl", jsonl({ messages: [user("Hi"), assistant("Hello")] }));
    const merged = await runCli(["dataset", "merge", "m", "tuning.jsonl"], { cwd: world.cwd });
    expect(merged.exitCode).toBe(0);
    expect(world.rows("m")).toEqual([{ inputs: { messages: [user("Hi")] }, outputs: "Hello" }]);
    const { files } = await world.imported("tuning.jsonl", "--dataset", "d");
    expect(files).toMatchObject([
      {
        format: "openai-chat",
        notes: [
          "lines of a fine-tuning file are kept as calls; --format rows reads them as rows with messages",
        ],
      },
    ]);
    await world.imported("tuning.jsonl", "--dataset", "d", "--format", "rows");
    expect(world.rows("d")).toEqual(world.rows("m"));
  });
});

test("messages beside other columns, as JSON and as Python's text, after humanloop/humanloop-cookbook", async () => {
  const messages = [user("Where is my order?")];
  const python = "[{'role': 'user', 'content': 'Where is my order?'}]";
  for (const cell of [JSON.stringify(messages), python]) {
    const table = `chunk,messages,tone,target\n1,"${cell.replaceAll('"', '""')}",formal,See Order History.\n`;
    const { rows, file } = await readByAll("support.csv", table);
    expect(rows).toEqual([
      {
        inputs: { chunk: "1", messages, tone: "formal" },
        expectations: { expected_response: "See Order History." },
      },
    ]);
    expect(file).toMatchObject({ format: "rows", columns: { expected: "target" } });
  }
});
