import { describe, expect, it } from "vitest";
import { createImportWorld } from "../support/import-world.ts";

/** One answer in the format of the source. */
interface Answer {
  readonly q: string;
  readonly output: string | null;
  readonly finish: string;
  readonly message?: object;
}

const answers: readonly Answer[] = [
  { q: "text", output: "<think>2+2</think>four", finish: "stop" },
  { q: "empty", output: "", finish: "stop" },
  { q: "cut", output: "fo", finish: "length" },
  { q: "filtered", output: "fo", finish: "content_filter" },
  { q: "open", output: "<think>2+2 is", finish: "stop" },
];

const at = "2026-11-21T00:00:00.000Z";
const nanos = "1795219200000000000";
const attribute = (key: string, value: string) => ({ key, value: { stringValue: value } });

const sources: readonly (readonly [string, (answer: Answer) => object])[] = [
  [
    "humanloop",
    ({ q, output, finish }) => ({
      ...{ id: `log_${q}`, prompt: { path: "p", version_id: "prv_1" }, inputs: { q }, output },
      ...{ finish_reason: finish, created_at: at },
    }),
  ],
  [
    "libretto",
    ({ q, output, finish }) => ({
      ...{ apiName: "p", promptTemplateText: "Say {q}", params: { q }, modelParameters: { model: "m" } },
      ...{ response: output, responseMetrics: { finish_reason: finish } },
    }),
  ],
  [
    "traces",
    ({ q, output, finish }) => ({
      ...{ trace_id: q, started_at: at, inputs: { q }, output, finish_reason: finish },
    }),
  ],
  [
    "otlp",
    ({ q, output, finish }) => ({
      resourceSpans: [
        {
          scopeSpans: [
            {
              spans: [
                {
                  ...{
                    traceId: `${"0".repeat(31)}1`,
                    spanId: Buffer.from(q.padEnd(8)).toString("hex"),
                    name: "chat",
                  },
                  ...{ startTimeUnixNano: nanos, endTimeUnixNano: nanos },
                  attributes: [
                    attribute("openinference.span.kind", "LLM"),
                    attribute("llm.prompt_template.variables", JSON.stringify({ q })),
                    attribute("llm.prompt_template.template", "Say {{q}}"),
                    attribute("llm.output_messages.0.message.role", "assistant"),
                    attribute("llm.output_messages.0.message.content", output ?? ""),
                    attribute("llm.finish_reason", finish),
                  ],
                },
              ],
            },
          ],
        },
      ],
    }),
  ],
];

describe("an import of", () => {
  it.each(sources)(
    "%s creates rows only from usable answers, and counts the others",
    async (format, written) => {
      const world = createImportWorld();
      world.write("calls.jsonl", answers.map((one) => JSON.stringify(written(one))).join("\n"));
      const { dataset } = await world.imported("calls.jsonl", "--format", format, "--dataset", "rows");
      expect(world.rows("rows")).toMatchObject([{ inputs: { q: "text" }, outputs: "four" }]);
      expect(world.rows("rows")).toHaveLength(1);
      expect(dataset?.skipped).toMatchObject({ failed: 0, refusal: 0, filtered: 1 });
      const { empty = 0, cut_off = 0 } = dataset?.skipped ?? {};
      expect([empty >= 1, cut_off >= 1, empty + cut_off]).toEqual([true, true, 3]);
      const trace = world.traces().find((one) => JSON.stringify(one["inputs"]) === '{"q":"text"}');
      expect(trace).toMatchObject({ output: "four", reasoning: "2+2" });
    },
  );

  it("a batch keeps status, code and message of its failed calls", async () => {
    const world = createImportWorld();
    const request = { custom_id: "a", url: "/v1/chat/completions", body: { model: "m", messages: [] } };
    const error = { message: "Slow down", code: "rate_limit_exceeded" };
    world.write("in.jsonl", JSON.stringify(request));
    world.write(
      "out.jsonl",
      JSON.stringify({
        id: "b",
        custom_id: "a",
        response: { status_code: 429, body: { error } },
        error: null,
      }),
    );
    await world.imported("in.jsonl", "out.jsonl");
    expect(world.traces()).toMatchObject([
      { error: "Slow down", error_code: "rate_limit_exceeded", error_status: 429 },
    ]);
  });
});
