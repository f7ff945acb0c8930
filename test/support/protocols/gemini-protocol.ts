import type { WireAnswer } from "../loopback-wire.ts";
import { defaultUsage, listOf, type NeutralAnswer, type Protocol, pieces } from "./protocol.ts";

const finishReasons = {
  stop: "STOP",
  length: "MAX_TOKENS",
  filter: "SAFETY",
  refusal: "PROHIBITED_CONTENT",
  tool_calls: "STOP",
} as const;

/** Thoughts are not part of candidatesTokenCount (ai.google.dev/api/generate-content#UsageMetadata). */
function usageOf({ usage = defaultUsage }: NeutralAnswer) {
  const { input, cached, output, reasoning } = usage;
  return {
    promptTokenCount: input,
    cachedContentTokenCount: cached,
    candidatesTokenCount: output - reasoning,
    thoughtsTokenCount: reasoning,
    totalTokenCount: input + output,
  };
}

function response(answer: NeutralAnswer, parts: readonly object[], finishReason?: string) {
  const candidate = {
    index: 0,
    content: { role: "model", parts },
    ...(finishReason === undefined ? {} : { finishReason }),
  };
  return { candidates: [candidate], usageMetadata: usageOf(answer), modelVersion: "gemini-2.5-flash" };
}

function parts({ text = "", reasoning, toolCalls = [] }: NeutralAnswer): readonly object[] {
  return [
    ...(reasoning === undefined ? [] : [{ text: reasoning, thought: true }]),
    ...(text === "" ? [] : [{ text }]),
    ...toolCalls.map(({ name, input }) => ({ functionCall: { name, args: input } })),
  ];
}

/** A prompt that was blocked has no candidate (ai.google.dev/api/generate-content#PromptFeedback). */
function whole(answer: NeutralAnswer) {
  if (answer.end === "refusal")
    return { promptFeedback: { blockReason: "PROHIBITED_CONTENT" }, usageMetadata: usageOf(answer) };
  return response(answer, parts(answer), finishReasons[answer.end ?? "stop"]);
}

function chunks(answer: NeutralAnswer, isCut = false): readonly object[] {
  if (answer.end === "refusal") return [whole(answer)];
  const { text = "", reasoning, toolCalls = [] } = answer;
  const all = [
    ...(reasoning === undefined ? [] : pieces(reasoning).map((one) => ({ text: one, thought: true }))),
    ...pieces(text).map((one) => ({ text: one })),
    ...toolCalls.map(({ name, input }) => ({ functionCall: { name, args: input } })),
  ];
  return [
    ...all.map((part) => response(answer, [part])),
    ...(isCut ? [] : [response(answer, [], finishReasons[answer.end ?? "stop"])]),
  ];
}

/** cloud.google.com/apis/design/errors, ai.google.dev/gemini-api/docs/troubleshooting */
function error(code: number, status: string, message: string, details: readonly object[] = []): WireAnswer {
  return { status: code, body: { error: { code, message, status, details } } };
}

const quota = (quotaId: string, retryDelay: string) => [
  {
    "@type": "type.googleapis.com/google.rpc.QuotaFailure",
    violations: [{ quotaMetric: "generativelanguage.googleapis.com/generate_content", quotaId }],
  },
  { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay },
];

function turnText(content: unknown): string {
  return listOf(content)
    .map((part) => {
      const { functionCall: call, functionResponse: result } = part as Record<
        string,
        Record<string, unknown>
      >;
      if (call !== undefined) return `call ${call["name"]} ${JSON.stringify(call["args"])}`;
      if (result !== undefined) {
        const held = result["response"] as Record<string, unknown>;
        return `result ${held["content"] ?? JSON.stringify(held)}`;
      }
      return part["inlineData"] === undefined ? String(part["text"]) : "image";
    })
    .join(" ");
}

/** Gemini's generateContent. */
export const geminiProtocol: Protocol = {
  provider: "google",
  model: "gemini-2.5-flash",
  basePath: "/v1beta",
  keyVariable: "GOOGLE_GENERATIVE_AI_API_KEY",
  keyIn: (headers) => headers["x-goog-api-key"] as string | undefined,
  path: /^\/(v1beta|v1\/publishers\/google)\/models\/gemini-2\.5-flash:(streamG|g)enerateContent$/,
  isStreamed: (path) => path.includes(":streamGenerateContent"),
  read: (body) => {
    const config = (body["generationConfig"] ?? {}) as Readonly<Record<string, unknown>>;
    const system = body["systemInstruction"] as { readonly parts?: unknown } | undefined;
    return {
      system: listOf(system?.parts)
        .map(({ text }) => String(text))
        .join("\n"),
      turns: listOf(body["contents"]).map(({ role, parts: given }) => `${role}: ${turnText(given)}`),
      temperature: config["temperature"] as number | undefined,
      topP: config["topP"] as number | undefined,
      maxTokens: config["maxOutputTokens"] as number | undefined,
      stop: config["stopSequences"] as readonly string[] | undefined,
      tools: listOf(body["tools"]).flatMap((tool) =>
        listOf(tool["functionDeclarations"]).map(({ name }) => String(name)),
      ),
      thinking: config["thinkingConfig"],
      cacheMarks: 0,
    };
  },
  whole: (answer) => ({ body: whole(answer) }),
  stream: (answer, isCut) => ({ events: chunks(answer, isCut) }),
  brokenStream: (text) => ({
    events: [
      ...chunks({ text }, true),
      { error: { code: 503, message: "The model is overloaded.", status: "UNAVAILABLE" } },
    ],
  }),
  errors: {
    auth: error(400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.", [
      { "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason: "API_KEY_INVALID" },
    ]),
    // google-gemini/gemini-cli#8437
    rate_limit: error(
      429,
      "RESOURCE_EXHAUSTED",
      "You exceeded your current quota.",
      quota("GenerateRequestsPerMinutePerProjectPerModel", "7s"),
    ),
    overloaded: error(503, "UNAVAILABLE", "The model is overloaded. Please try again later."),
    server: error(500, "INTERNAL", "An internal error has occurred."),
    quota: error(
      429,
      "RESOURCE_EXHAUSTED",
      "You exceeded your current quota.",
      quota("GenerateRequestsPerDayPerProjectPerModel-FreeTier", "7s"),
    ),
    model_not_found: error(
      404,
      "NOT_FOUND",
      "models/gemini-2.5-flash is not found for API version v1beta, or is not supported for generateContent.",
    ),
    too_long: error(
      400,
      "INVALID_ARGUMENT",
      "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).",
    ),
    // Ikalus1988/MisakaNet#1473
    refused_parameter: error(400, "INVALID_ARGUMENT", "Penalty is not enabled for this model"),
  },
  refused: { member: "presence_penalty", parameters: { presencePenalty: 0.5 } },
  waitMs: 7000,
  countsCached: true,
  countsReasoning: true,
  countsWritten: false,
};
