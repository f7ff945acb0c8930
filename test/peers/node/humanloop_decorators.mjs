// The client's flow, tool and prompt wrappers around a provider's client; their spans go out on their own.
import { createRequire } from "node:module";

const require = createRequire(process.env.PACKAGES);
const { HumanloopClient } = require("humanloop");
const { OpenAI } = require("openai");
const hl = new HumanloopClient({
  baseUrl: process.env.BASE_URL,
  apiKey: process.env.API_KEY,
  instrumentProviders: { OpenAI },
});
const openai = new OpenAI({ baseURL: process.env.PROVIDER_URL, apiKey: process.env.PROVIDER_KEY });

const shout = hl.tool({
  path: "tools/shout",
  version: {
    function: {
      name: "shout",
      description: "Louder",
      parameters: { type: "object", properties: { word: { type: "string" } }, required: ["word"] },
    },
  },
  callable: ({ word }) => word.toUpperCase(),
});
const ask = hl.prompt({
  path: "decorated/ask",
  callable: async ({ messages, temperature }) => {
    const answer = await openai.chat.completions.create({ model: "gpt-4o", temperature, messages });
    return answer.choices[0].message.content;
  },
});
const flow = hl.flow({
  path: "flows/decorated",
  attributes: { team: "a" },
  callable: async ({ topic }) => {
    const loud = await shout({ word: topic });
    const messages = [
      { role: "system", content: "Be short." },
      { role: "user", content: loud },
    ];
    const said = await ask({ messages, temperature: 0.8 });
    const called = await hl.prompts.call({
      path: "decorated/called",
      prompt: { model: "gpt-4o", provider: "mock", template: "Say {{what}}" },
      inputs: { what: topic },
    });
    return `${said} / ${called.logs[0].output}`;
  },
});
const message = hl.flow({
  path: "flows/message",
  callable: async () => ({ role: "assistant", content: "from a message" }),
});
const failing = hl.flow({
  path: "flows/failing",
  callable: async () => {
    throw new Error("the flow broke");
  },
});

const outcome = {
  flow: await flow({ topic: "cats" }),
  message: await message({}),
  failing: await failing({}),
};
await ask({ messages: [{ role: "user", content: "again" }], temperature: 0.1 });
// Uploads have no promise of their own.
await new Promise((resolve) => setTimeout(resolve, 3000));
console.log(JSON.stringify({ ...outcome, failing: outcome.failing ?? null }));
