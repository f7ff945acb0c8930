import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { PromptCallLog } from "../../../src/calls/prompt/prompt-call.ts";
import type { Trace } from "../../../src/core/trace.ts";
import type { ScriptedAnswer } from "../../support/loopback-answers.ts";
import { type CallWorld, openCallWorld } from "./call-world.ts";

let world: CallWorld;
let answer: ScriptedAnswer = { text: "" };
beforeAll(async () => {
  world = await openCallWorld({ answer: () => answer });
  await world.file("Say {{text}}", { tools: [{ name: "f" }] });
  await world.file("Say {{text}}", { endpoint: "complete" });
});
afterAll(() => world.close());

/** All of a log except what differs between calls. */
function same({ id: _, createdAt: __, providerLatencyMs: ___, ...rest }: PromptCallLog) {
  return rest;
}

function sameTrace({ traceId: _, startedAt: __, endedAt: ___, ...trace }: Trace) {
  const { latencyMs: _ms, providerLatencyMs: _provider, providerRequest, providerResponse, ...rest } = trace;
  const {
    stream: _stream,
    stream_options: _options,
    ...request
  } = providerRequest as Record<string, unknown>;
  const { id: _id, ...response } = providerResponse as Record<string, unknown>;
  return { ...rest, request, response };
}

const text = fc.string({ unit: "grapheme", maxLength: 60 });
const toolCalls = fc.array(
  fc.record({ name: fc.constantFrom("f", "g"), arguments: fc.json({ maxDepth: 1 }) }),
  { minLength: 1, maxLength: 3 },
);
const usage = fc.record({ input: fc.nat(5000), output: fc.nat(5000) });
const answers: fc.Arbitrary<ScriptedAnswer> = fc.record(
  {
    text,
    toolCalls,
    usage: fc.option(usage),
    finishReason: fc.constantFrom("stop", "length", "content_filter"),
  },
  { requiredKeys: ["text"] },
);

it("gives samples and streams the same logs and traces as a single unstreamed call", async () => {
  await fc.assert(
    fc.asyncProperty(
      answers,
      text,
      fc.integer({ min: 1, max: 3 }),
      fc.boolean(),
      async (completion, input, n, isText) => {
        answer = isText ? { ...completion, toolCalls: undefined as never } : completion;
        const request = { path: isText ? "x@2" : "x@1", inputs: { text: input }, logprobs: 1 };
        const from = world.traces.length;
        const whole = await world.call(request);
        const samples = await world.call({ ...request, numSamples: n });
        const streamed = await world.read({ ...request, numSamples: n });
        const expected = same(whole);
        for (const { logs } of [samples, streamed.response]) {
          expect(logs.map((log) => same(log))).toEqual(
            logs.map((_, index) => ({ ...same(whole.logs[0] as never), index })),
          );
        }
        expect(expected.output).toBe(whole.output);
        for (const index of Array.from({ length: n }).keys()) {
          const own = streamed.deltas.filter((delta) => delta.index === index).map(({ output }) => output);
          expect(own.join("")).toBe(whole.output ?? "");
        }
        const [first, ...others] = world.traces.slice(from);
        for (const trace of others) {
          expect(sameTrace(trace)).toEqual({ ...sameTrace(first as Trace), sampleIndex: trace.sampleIndex });
        }
      },
    ),
    { numRuns: 40 },
  );
});
