/** Only compiled (`npm run check:types`): code that uses the SDK compiles unchanged. */
import Official from "openai";
import { zodResponseFormat } from "openai/helpers/zod";
import type { Stream } from "openai/streaming";
import { z } from "zod";
import OpenAI, {
  APIError,
  type APIPromise,
  AzureOpenAI,
  type ClientOptions,
  type LibrettoConfig,
  type LibrettoCreateParams,
  TemplateChat,
  templateChat,
  templateText,
  toFile,
} from "../../src/client/openai.ts";

const client = new OpenAI({
  apiKey: "key",
  daoOpt: { promptName: "a", store: "./traces", environment: "prod" },
});
export const official: Official = client;
const message: OpenAI.Chat.Completions.ChatCompletionMessageParam = { role: "user", content: "x" };
const params: OpenAI.ChatCompletionCreateParamsNonStreaming = { model: "gpt-4o", messages: [message] };
const tool: OpenAI.ChatCompletionTool = { type: "function", function: { name: "f" } };
export const usage = (given: OpenAI.CompletionUsage): number => given.total_tokens;

export async function chats(): Promise<void> {
  const promise: APIPromise<OpenAI.ChatCompletion> = client.chat.completions.create(params);
  const completion = await client.chat.completions.create({
    model: "gpt-4o",
    messages: [message],
    tools: [tool],
    daoOpt: { promptName: "b", templateParams: { a: 1 }, context: { any: ["thing"] } },
    libretto: { promptTemplateName: "b", chainId: "x" } satisfies LibrettoCreateParams,
  });
  const keys: readonly (string | null | undefined)[] = [
    completion.daoOpt?.feedbackKey,
    completion.libretto?.feedbackKey,
    completion.libretto_feedback_key,
    completion._request_id,
  ];
  const stream: Stream<OpenAI.ChatCompletionChunk> = await client.chat.completions.create({
    ...params,
    stream: true,
  });
  for await (const chunk of await client.chat.completions.create({ ...params, stream: true, daoOpt: {} })) {
    const text: string | null | undefined = chunk.choices[0]?.delta.content;
    keys.includes(chunk.daoOpt?.feedbackKey ?? text ?? "");
  }
  const { data, response, request_id } = await client.chat.completions.create(params).withResponse();
  const headers: Headers = (await client.chat.completions.create(params).asResponse()).headers;
  const either = await client.chat.completions.create({ ...params, stream: Math.random() > 0.5 });
  if ("choices" in either) usage(either.usage as OpenAI.CompletionUsage);
  await Promise.all([promise, data.choices, response.text(), request_id, headers, stream.tee()]);
}

export async function helpers(): Promise<void> {
  const parsed = await client.chat.completions.parse({
    ...params,
    response_format: zodResponseFormat(z.object({ a: z.number() }), "x"),
    libretto: { chainId: "x" },
  });
  const number: number | undefined = parsed.choices[0]?.message.parsed?.a;
  const key: string | undefined = parsed.daoOpt?.feedbackKey;
  client.chat.completions
    .stream({ model: "gpt-4o", messages: [message], daoOpt: { promptName: "x" } })
    .on("content", (delta) => delta.length);
  const answer = await client.responses.create({
    model: "gpt-4o",
    instructions: templateText("Be {kind}", { kind: "nice" }),
    input: templateChat([{ role: "user", content: "hi" }]),
    libretto: { promptTemplateName: "q" },
  });
  const output: string = answer.output_text;
  for await (const event of await client.responses.create({ model: "g", input: "x", stream: true })) {
    if (event.type === "response.output_text.delta") event.delta.length;
  }
  const text = await client.completions.create({ model: "g", prompt: templateText("{a}", { a: 1 }) });
  const answerText: string | undefined = text.choices[0]?.text;
  await client.sendFeedback({ feedbackKey: key, rating: number, betterResponse: output ?? answerText });
  await client.updateChain("chain", { done: true });
  const { count }: { readonly count: number } = await client.flush();
  await client.withOptions({ timeout: count, daoOpt: { promptName: "c" } }).flush();
}

export async function mistakes(): Promise<void> {
  // @ts-expect-error: no such parameter
  await client.chat.completions.create({ ...params, nonsense: 1 });
  // @ts-expect-error: a name is a text
  await client.chat.completions.create({ ...params, daoOpt: { promptName: 1 } });
  // @ts-expect-error: no such option
  new OpenAI({ daoOpt: { nonsense: true } });
  // @ts-expect-error: no such role
  templateChat([{ role: "robot", content: "x" }]);
  // @ts-expect-error: a rating is a number
  await client.sendFeedback({ feedbackKey: "k", rating: "good" });
  // @ts-expect-error: the SDK's own client has none of this
  await new Official().chat.completions.create({ ...params, daoOpt: {} });
}

export class Mine extends OpenAI {
  override post<Answer>(path: string, options?: Parameters<OpenAI["post"]>[1]): APIPromise<Answer> {
    return super.post<Answer>(path, options);
  }
}
export const azure = new AzureOpenAI({ apiVersion: "x", libretto: { apiKey: "x" } });
export const azureChat = (): APIPromise<OpenAI.ChatCompletion> =>
  azure.chat.completions.create({ ...params, daoOpt: { promptName: "x" } });
export const templates: readonly OpenAI.ChatCompletionMessageParam[][] = [
  new TemplateChat([{ role: "ai", content: "x" }], {}),
  TemplateChat([{ role: "ai", content: "x" }], {}),
  templateChat([{ role: "user", content: [{ type: "text", text: "{x}" }] }], { x: 1 }),
];
export const options: ClientOptions = { daoOpt: {} satisfies LibrettoConfig };
export const files = [toFile, APIError];
