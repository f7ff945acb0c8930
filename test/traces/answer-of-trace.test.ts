import { describe, expect, it } from "vitest";
import type { Trace } from "../../src/core/trace.ts";
import { answerOfTrace, unusableReason, withReadAnswer } from "../../src/traces/answer-of-trace.ts";
import { datasetRecordOf } from "../../src/traces/dataset-record.ts";
import { traceFormats } from "../../src/traces/trace-formats.ts";

const at = "2026-11-21T00:00:00Z";
const trace: Trace = {
  ...{ traceId: "t", startedAt: at, inputs: { text: "2+2?" } },
  messages: [{ role: "user", content: "2+2?" }],
};
const toolCalls = [{ id: "c", name: "f", arguments: "{}" }];
const assistant = (content: string | null) => ({ role: "assistant", content });

describe("a trace of any origin", () => {
  it.each<[string, Partial<Trace>, ReturnType<typeof unusableReason>]>([
    ["a text without a finish reason", { output: "four" }, undefined],
    ["a text and stop", { output: "four", finishReason: "stop" }, undefined],
    ["tool calls", { output: null, toolCalls, finishReason: "tool_calls" }, undefined],
    ["nothing recorded of an answer", {}, undefined],
    ["an empty answer", { output: "", finishReason: "stop" }, "empty"],
    ["null and nothing else", { output: null }, "empty"],
    ["a refusal", { output: "No.", outputMessage: { ...assistant(null), refusal: "No." } }, "refusal"],
    [
      "a refusal as older versions recorded it",
      {
        ...{ output: "No.", outputMessage: assistant(null), finishReason: "stop" },
        providerResponse: {
          choices: [{ message: { content: null, refusal: "No." }, finish_reason: "stop" }],
        },
      },
      "refusal",
    ],
    ["a cut-off", { output: "fo", finishReason: "length" }, "cut_off"],
    ["Anthropic's cut-off", { output: "fo", finishReason: "max_tokens" }, "cut_off"],
    ["the AI SDK's filter", { output: "", finishReason: "content-filter" }, "filtered"],
    ["thinking that never ends", { output: "<think>hm" }, "cut_off"],
    ["an error", { output: "fo", error: "broke" }, "failed"],
    ["an end by error", { output: "fo", finishReason: "error" }, "failed"],
    ["an error of a filter", { error: "No.", errorCode: "content_filter", errorStatus: 400 }, "filtered"],
    [
      "a picture",
      { output: null, outputMessage: { role: "assistant", content: [{ type: "image_url", image_url: {} }] } },
      undefined,
    ],
  ])("with %s", (_, fields, reason) => {
    const whole = { ...trace, ...fields };
    expect(unusableReason(whole)).toBe(reason);
    expect(datasetRecordOf(whole) === undefined).toBe(reason !== undefined);
    const isExported = traceFormats["openai"]?.render(whole) !== undefined;
    expect(isExported).toBe(reason === undefined && Object.keys(fields).length > 0);
    const corrected = { ...whole, feedback: [{ betterResponse: "four", at }] };
    expect(datasetRecordOf(corrected)?.expectations).toEqual({ expected_response: "four" });
    if (reason !== undefined) expect(datasetRecordOf(corrected)?.outputs).toBeUndefined();
  });

  it("of an older version becomes a row without thinking", () => {
    expect(datasetRecordOf({ ...trace, output: "<think>2+2</think>four" })?.outputs).toBe("four");
  });

  it("is split once: a trace with separate thinking keeps its text", () => {
    const read = withReadAnswer({
      ...trace,
      ...{ output: "<think>a</think><b>", outputMessage: assistant("<think>a</think><b>") },
    });
    expect(read).toMatchObject({ output: "<b>", outputMessage: { content: "<b>" }, reasoning: "a" });
    const kept = { ...trace, output: "<think>a</think>b", reasoning: "a" };
    expect(withReadAnswer(kept)).toBe(kept);
    expect(answerOfTrace(kept).text).toBe("<think>a</think>b");
  });
});
