import { readFileSync } from "node:fs";
import OpenAI, { templateChat } from "dao-opt/openai";

// Otherwise the SDK's own client: address and key come from OPENAI_BASE_URL and OPENAI_API_KEY.
const client = new OpenAI({
  daoOpt: {
    store: ".dao-opt/traces",
    promptName: "sentiment_classifier",
    environment: "dev",
    redactPii: true,
  },
});
const model = process.env.MODEL ?? "offline/large";
const template = [
  {
    role: "user",
    content: "Classify the sentiment. Answer 'positive' or 'negative' or 'neutral'.\nText: {text}",
  },
];
const tweets = readFileSync(new URL("../quickstart/data/tweets.jsonl", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line))
  .slice(0, 60);

let right = 0;
for (const { inputs, expectations } of tweets) {
  const completion = await client.chat.completions.create({
    model,
    messages: templateChat(template, inputs),
  });
  const answer = completion.choices[0]?.message.content ?? "";
  const isRight = answer.trim() === expectations.expected_response;
  if (isRight) right++;
  // In a real application, a person rates the answer later; until then, only the key has to be stored.
  await client.sendFeedback({
    feedbackKey: completion.daoOpt?.feedbackKey,
    rating: isRight ? 1 : 0,
    ...(isRight ? {} : { betterResponse: expectations.expected_response }),
  });
}

const stream = await client.chat.completions.create({
  model,
  messages: templateChat(template, { text: "What a day!" }),
  stream: true,
  daoOpt: { chatId: "chat-1", context: { page: "/home" } },
});
let streamed = "";
for await (const chunk of stream) streamed += chunk.choices[0]?.delta.content ?? "";

const { count: lost } = await client.flush();
console.log(`${right} of ${tweets.length} right; streamed: ${streamed.trim()}; lost: ${lost}`);
