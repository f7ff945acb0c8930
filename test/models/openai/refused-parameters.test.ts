import { afterEach, describe, expect, it } from "vitest";
import type { RunnerEvent } from "../../../src/contracts/events.ts";
import type { ModelParameters } from "../../../src/core/prompt/prompt.ts";
import { createAdaptationLog } from "../../../src/models/openai/adaptation-log.ts";
import { buildModel } from "../../../src/models/stack.ts";
import { createStackServices } from "../../../src/models/stack-services.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import type { WireRequest } from "../../support/loopback-answers.ts";
import { type LoopbackOpenAI, startLoopbackOpenAI } from "../../support/loopback-openai.ts";
import { modelCatalog, modelSpec, noSecrets } from "../../support/model-specs.ts";

let server: LoopbackOpenAI | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

interface Refusal {
  readonly source: string;
  readonly status?: number;
  readonly body: unknown;
  readonly parameters?: ModelParameters;
  readonly system?: boolean;
  /** Whether the endpoint rejects this body. */
  readonly refuses: (body: Record<string, unknown>) => boolean;
  readonly adapted: readonly string[];
  readonly sent?: object;
}

const has = (name: string) => (body: Record<string, unknown>) => name in body;
const hasRole = (role: string) => (body: Record<string, unknown>) =>
  (body["messages"] as { role: string }[]).some((message) => message.role === role);
const google = (...names: string[]) => {
  const messages = names.map(
    (name) => `Invalid JSON payload received. Unknown name "${name}": Cannot find field.`,
  );
  return [
    {
      error: {
        code: 400,
        message: messages.join("\n"),
        status: "INVALID_ARGUMENT",
        details: [
          {
            "@type": "type.googleapis.com/google.rpc.BadRequest",
            fieldViolations: messages.map((description) => ({ description })),
          },
        ],
      },
    },
  ];
};

const refusals: readonly Refusal[] = [
  {
    source: "OpenAI, gollm#33",
    body: {
      error: {
        message:
          "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
        type: "invalid_request_error",
        param: "max_tokens",
        code: "unsupported_parameter",
      },
    },
    parameters: { maxTokens: 50, temperature: 0 },
    refuses: has("max_tokens"),
    adapted: ["max_tokens as max_completion_tokens"],
    sent: { max_completion_tokens: 50, temperature: 0 },
  },
  {
    source: "OpenAI, 9router#560",
    body: {
      error: {
        message:
          "Unsupported value: 'temperature' does not support 0.0 with this model. Only the default (1) value is supported.",
        type: "invalid_request_error",
        param: "temperature",
        code: "unsupported_value",
      },
    },
    parameters: { temperature: 0, topP: 0.5 },
    refuses: has("temperature"),
    adapted: ["temperature"],
    sent: { top_p: 0.5 },
  },
  {
    source: "vLLM, MaxKB#2912",
    body: {
      object: "error",
      message:
        "[{'type': 'extra_forbidden', 'loc': ('body', 'seed'), 'msg': 'Extra inputs are not permitted', 'input': 7}]",
      type: "BadRequestError",
      param: null,
      code: 400,
    },
    parameters: { seed: 7, temperature: 0 },
    refuses: has("seed"),
    adapted: ["seed"],
    sent: { temperature: 0 },
  },
  {
    source: "Mistral, php-mistral#76",
    status: 422,
    body: {
      object: "error",
      message: {
        detail: [
          { type: "extra_forbidden", loc: ["body", "seed"], msg: "Extra inputs are not permitted", input: 7 },
          {
            type: "extra_forbidden",
            loc: ["body", "logprobs"],
            msg: "Extra inputs are not permitted",
            input: true,
          },
        ],
      },
      type: "invalid_request_error",
      param: null,
      code: null,
    },
    parameters: { seed: 7, other: { logprobs: true, top_logprobs: 2 } },
    refuses: has("seed"),
    adapted: ["seed", "logprobs", "top_logprobs"],
  },
  {
    source: "Gemini, ChatterUI#227",
    body: google("frequency_penalty", "seed"),
    parameters: { seed: 7, frequencyPenalty: 1, topP: 0.9 },
    refuses: has("seed"),
    adapted: ["frequency_penalty", "seed"],
    sent: { top_p: 0.9 },
  },
  {
    source: "xAI, litellm#14056",
    body: {
      error: {
        message:
          'litellm.BadRequestError: XaiException - {"code":"Client specified an invalid argument","error":"Argument not supported on this model: frequencyPenalty"}\nNo fallback model group found for original model_group=grok-4.',
        type: null,
        param: null,
        code: "400",
      },
    },
    parameters: { frequencyPenalty: 1 },
    refuses: has("frequency_penalty"),
    adapted: ["frequency_penalty"],
  },
  {
    source: "xAI, stop",
    body: {
      code: "Client specified an invalid argument",
      error: "Argument not supported on this model: stop",
    },
    parameters: { stop: ["END"] },
    refuses: has("stop"),
    adapted: ["stop"],
  },
  {
    source: "Anthropic, ChatterUI#564",
    body: {
      type: "error",
      error: {
        type: "invalid_request_error",
        message: "`temperature` and `top_p` cannot both be specified for this model. Please use only one.",
      },
    },
    parameters: { temperature: 0.5, topP: 0.9 },
    refuses: (body) => "temperature" in body && "top_p" in body,
    adapted: ["top_p"],
    sent: { temperature: 0.5 },
  },
  {
    source: "LiteLLM and Bedrock, nerve#50",
    body: {
      error: {
        message:
          "litellm.UnsupportedParamsError: bedrock does not support parameters: ['response_format', 'seed'], for model=mistral. To drop these, set `litellm.drop_params=True`",
        type: "None",
        param: null,
        code: "400",
      },
    },
    parameters: { seed: 1, responseFormat: { type: "json_object" } },
    refuses: has("response_format"),
    adapted: ["seed", "response_format"],
  },
  {
    source: "Groq",
    body: {
      error: {
        message: "property 'logprobs' is unsupported, did you mean 'stop'?",
        type: "invalid_request_error",
      },
    },
    parameters: { other: { logprobs: true } },
    refuses: has("logprobs"),
    adapted: ["logprobs"],
  },
  {
    source: "DeepSeek",
    body: {
      error: {
        message: "This response_format type is unavailable now",
        type: "invalid_request_error",
        param: null,
      },
    },
    parameters: { responseFormat: { type: "json_schema" } },
    refuses: has("response_format"),
    adapted: ["response_format"],
  },
  {
    source: "Databricks",
    body: { error_code: "BAD_REQUEST", message: 'Bad request: json: unknown field "seed"\n' },
    parameters: { seed: 7 },
    refuses: has("seed"),
    adapted: ["seed"],
  },
  {
    source: "OpenAI, o1-mini",
    body: {
      error: {
        message: "Unsupported value: 'messages[0].role' does not support 'system' with this model.",
        type: "invalid_request_error",
        param: "messages[0].role",
        code: "unsupported_value",
      },
    },
    system: true,
    refuses: hasRole("system"),
    adapted: ["system role as user"],
    sent: { messages: [{ role: "user", content: "Be brief.\n\nHello" }] },
  },
  {
    source: "Gemma on vLLM, sglang#892",
    body: { object: "error", message: "System role not supported", type: "BadRequestError", code: 400 },
    system: true,
    refuses: hasRole("system"),
    adapted: ["system role as user"],
  },
  {
    source: "OpenRouter, inside a 200, baml#2109",
    status: 200,
    body: {
      error: {
        message: "Provider returned error",
        code: 400,
        metadata: {
          raw: '{\n  "error": {\n    "code": 400,\n    "message": "Developer instruction is not enabled for models/gemma-3-27b-it",\n    "status": "INVALID_ARGUMENT"\n  }\n}\n',
          provider_name: "Google AI Studio",
        },
      },
    },
    system: true,
    refuses: hasRole("system"),
    adapted: ["system role as user"],
  },
];

async function open({
  refuses,
  status = 400,
  body,
  parameters = {},
}: Pick<Refusal, "refuses" | "status" | "body" | "parameters">) {
  const bodies: WireRequest[] = [];
  server = await startLoopbackOpenAI({
    answer: (request) => {
      bodies.push(request);
      return "ok";
    },
    faults: (index) =>
      refuses(bodies[index] as never as Record<string, unknown>)
        ? { kind: "status", status, body }
        : undefined,
  });
  const events: RunnerEvent[] = [];
  const adaptations = createAdaptationLog();
  const clock = createFakeClock();
  const listener = (event: RunnerEvent) => events.push(event);
  const services = createStackServices({
    ...{ concurrency: 4, catalog: modelCatalog, models: {}, adaptations, clock, listener },
  });
  const spec = modelSpec({ baseUrl: server.baseUrl, parameters, retries: 0 });
  const build = () => buildModel(spec, noSecrets, services);
  return { model: await build(), build, events, adaptations, bodies, clock };
}

const user = { role: "user", content: "Hello" };
const system = { role: "system", content: "Be brief." };

describe("a parameter that the model refuses", () => {
  it.each(refusals.map((refusal) => [refusal.source, refusal] as const))(
    "%s: is left out or renamed, once for all calls",
    async (_, refusal) => {
      const { model, build, events, bodies, adaptations, clock } = await open(refusal);
      const request = { messages: refusal.system === true ? [system, user] : [user] };
      expect(await model.complete(request)).toMatchObject({ text: "ok", adapted: refusal.adapted });
      expect(bodies).toHaveLength(2);
      if (refusal.sent !== undefined) expect(bodies[1]).toMatchObject(refusal.sent);
      // Another stack of the same model uses it already.
      expect(await (await build()).complete(request)).toMatchObject({ adapted: refusal.adapted });
      expect(bodies).toHaveLength(3);
      expect(adaptations.known("target")).toHaveLength(refusal.adapted.length);
      expect(events.map(({ type }) => type)).toEqual(refusal.adapted.map(() => "warning"));
      expect(clock.sleeps).toEqual([]);
    },
  );

  it("names the line of the config to change", async () => {
    const [, refusal] = refusals as [Refusal, Refusal];
    const { model, events } = await open(refusal);
    await model.complete({ messages: [user] });
    expect(events).toEqual([
      {
        type: "warning",
        message:
          "gpt-4o-mini does not accept temperature: it is omitted from now on; remove temperature of resources.llms.target from the config",
      },
    ]);
  });

  it("is rejected once per call in flight, and reported once", async () => {
    const [, refusal] = refusals as [Refusal, Refusal];
    const { model, events, bodies } = await open(refusal);
    await Promise.all(Array.from({ length: 20 }, () => model.complete({ messages: [user] })));
    expect(bodies.length).toBeLessThanOrEqual(24);
    expect(events).toHaveLength(1);
  });

  it.each([
    [
      "a value out of range",
      "Invalid 'temperature': decimal above maximum value. Expected a value <= 2, but got 3 instead.",
    ],
    [
      "a prompt that is too long",
      "This model's maximum context length is 8192 tokens, temperature is not supported",
    ],
    ["a tool", "tools is not supported by this model"],
  ])("is not seen in %s", async (_, message) => {
    const { model, bodies } = await open({
      ...{ refuses: () => true, body: { error: { message } } },
      parameters: { temperature: 0, tools: [{ name: "a" }] },
    });
    await expect(model.complete({ messages: [user] })).rejects.toMatchObject({ kind: "bad_request" });
    expect(bodies).toHaveLength(1);
  });
});
