import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonValue } from "../../../src/core/data/json.ts";
import { toolCall } from "../../../src/scorers/rules/tool-call.ts";
import { make, makeJudgement, rejection } from "../fixtures.ts";

type Call = readonly [name: string, args: string];
const rateCalls = (expected: JsonValue, calls: readonly Call[], options = {}) =>
  make(toolCall, options).score(
    makeJudgement({
      row: { expectations: { tool_calls: expected } },
      toolCalls: calls.map(([name, args], at) => ({ id: `c${at}`, name, arguments: args })),
    }),
  );
const weather = { name: "get_weather", arguments: { city: "Paris", unit: "C" } };

describe("tool_call", () => {
  it("accepts the expected calls and arguments in any order", async () => {
    const calls: Call[] = [
      ["ping", ""],
      ["get_weather", '{"unit":"C","city":"Paris"}'],
    ];
    expect(await rateCalls([weather, { name: "ping", arguments: {} }], calls)).toEqual({
      value: 1,
      parts: { names: 1, arguments: 1 },
    });
  });

  it("counts the share of correct arguments", async () => {
    expect(await rateCalls([weather], [["get_weather", '{"city":"Rome","unit":"C"}']])).toEqual({
      value: 0.5,
      parts: { names: 1, arguments: 0.5 },
      feedback: 'called "get_weather"; get_weather: argument city: expected "Paris", got "Rome"',
    });
    expect(await rateCalls([weather], [["get_weather", '{"city":"Paris","days":3}']])).toMatchObject({
      value: 1 / 3,
      feedback:
        'called "get_weather"; get_weather: argument unit is missing, expected "C"; get_weather: argument days is not wanted, got 3',
    });
  });

  it("reports missing calls and extra calls", async () => {
    expect(await rateCalls([weather], [])).toEqual({
      value: 0,
      parts: { names: 0, arguments: 0 },
      feedback:
        'no tool was called; missing call: "get_weather" with "{\\"city\\":\\"Paris\\",\\"unit\\":\\"C\\"}"',
    });
    const both: Call[] = [
      ["get_weather", '{"city":"Paris","unit":"C"}'],
      ["delete_all", "{}"],
    ];
    expect(await rateCalls([weather], both)).toEqual({
      value: 0.5,
      parts: { names: 0.5, arguments: 0.5 },
      feedback: 'called "get_weather", "delete_all"; call not wanted: "delete_all" with "{}"',
    });
    expect((await rateCalls([weather], both, { extra_calls: "ignore" })).value).toBe(1);
  });

  it("accepts that no call may be expected", async () => {
    expect((await rateCalls([], [])).value).toBe(1);
    expect((await rateCalls([], [["ping", "{}"]])).value).toBe(0);
  });

  it("pairs each expected call with the one that fits best", async () => {
    const expected = [
      { name: "add", arguments: { item: "a" } },
      { name: "add", arguments: { item: "b" } },
    ];
    const calls: Call[] = [
      ["add", '{"item":"b"}'],
      ["add", '{"item":"a"}'],
    ];
    expect((await rateCalls(expected, calls)).value).toBe(1);
    expect((await rateCalls(expected, calls, { ordered: true })).value).toBe(0);
    const swapped = [{ name: "b" }, { name: "a" }];
    const names: Call[] = [
      ["a", "{}"],
      ["b", "{}"],
    ];
    expect((await rateCalls(swapped, names, { ordered: true })).value).toBeLessThan(1);
  });

  it("is lenient by option", async () => {
    const call: Call = ["get_weather", '{"city":"paris","unit":"C","days":3}'];
    expect((await rateCalls([weather], [call], { arguments: "ignore" })).value).toBe(1);
    expect((await rateCalls([weather], [call], { arguments: "subset", ignore_case: true })).value).toBe(1);
    const typed = [{ name: "f", arguments: { n: 5, on: true } }];
    expect(
      (await rateCalls(typed, [["f", '{"n":"5","on":"true","x":null}']], { loose_types: true })).value,
    ).toBe(1);
  });

  it("reports arguments that are not a JSON object", async () => {
    expect(await rateCalls([weather], [["get_weather", '{"city": Paris']])).toMatchObject({
      value: 0,
      parts: { names: 1, arguments: 0 },
      feedback: 'called "get_weather"; get_weather: the arguments are no JSON object: {"city": Paris',
    });
  });

  it("reads OpenAI's form, bare names and the longer key", async () => {
    const openai = [{ type: "function", function: { name: "f", arguments: '{"a":1}' } }];
    expect((await rateCalls(openai, [["f", '{"a":1}']])).value).toBe(1);
    expect((await rateCalls(["f"], [["f", '{"a":1}']])).value).toBe(1);
    expect((await rateCalls([{ function: { name: "f", arguments: "" } }], [["f", ""]])).value).toBe(1);
    const row = { expectations: { expected_tool_calls: [{ name: "f" }] } };
    const toolCalls = [{ id: "1", name: "f", arguments: "{}" }];
    expect((await make(toolCall).score(makeJudgement({ row, toolCalls }))).value).toBe(1);
  });

  it("rejects a row without usable expectations", async () => {
    const none = await rejection(make(toolCall).score(makeJudgement()));
    expect(none.message).toBe("rows.jsonl:7: scorer tool_call: the row has no expected tool calls");
    const messages = await Promise.all(
      ["f", [1], [{}], [{ name: "f", arguments: "x" }]].map(
        async (calls) => (await rejection(rateCalls(calls, []))).message,
      ),
    );
    expect(messages).toEqual([
      "rows.jsonl:7: scorer tool_call: expectations.tool_calls is not a list",
      "rows.jsonl:7: scorer tool_call: expectations.tool_calls [0] is not a tool call",
      "rows.jsonl:7: scorer tool_call: expectations.tool_calls [0] has no name",
      "rows.jsonl:7: scorer tool_call: expectations.tool_calls [0] has arguments that are not a JSON object",
    ]);
  });

  it("stays from 0 to 1, and accepts the expected calls in any order", async () => {
    const call = fc.record({
      name: fc.constantFrom("f", "g"),
      arguments: fc.dictionary(fc.constantFrom("a", "b", "__proto__"), fc.integer({ min: 0, max: 2 })),
    });
    const calls = fc.array(call, { maxLength: 4 });
    const asMade = (list: readonly { name: string; arguments: object }[]) =>
      list.map((it): Call => [it.name, JSON.stringify(it.arguments)]);
    await fc.assert(
      fc.asyncProperty(calls, calls, async (one, other) => {
        expect((await rateCalls(one, asMade([...one].reverse()))).value).toBe(1);
        const { value } = await rateCalls(one, asMade(other));
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1);
      }),
    );
  });
});
