import { OpenAI } from "openai";
import { afterEach, describe, expect, it } from "vitest";
import {
  createOfflineServer,
  type OfflineServer,
  type OfflineServerOptions,
} from "../../../src/offline/server/offline-server.ts";

const open: OfflineServer[] = [];

type StartOptions = Partial<OfflineServerOptions["simulate"] & Pick<OfflineServerOptions, "port">>;

async function start({ port = 0, ...simulation }: StartOptions = {}) {
  const simulate = { latencyMs: 0, faultRate: 0, seed: 1, ...simulation };
  const server = await createOfflineServer({
    simulate,
    models: { "offline/large": simulate, "offline/small": simulate },
    port,
    host: "127.0.0.1",
  });
  open.push(server);
  return server;
}

function clientOf(server: OfflineServer, maxRetries = 0): OpenAI {
  return new OpenAI({ apiKey: "none", baseURL: `${server.url}/v1`, maxRetries });
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

const messages = [
  { role: "user" as const, content: "Answer 'positive' or 'negative', one word only.\nText: I love it" },
];

describe("the offline server, through the OpenAI client", () => {
  it("answers chat completions, any model name, n times", async () => {
    const client = clientOf(await start());
    const answer = await client.chat.completions.create({ model: "gpt-4o-mini", messages, n: 2 });
    expect(answer.choices.map(({ message, finish_reason }) => [message.content, finish_reason])).toEqual([
      ["positive", "stop"],
      ["positive", "stop"],
    ]);
    expect(answer.usage).toEqual({ prompt_tokens: 16, completion_tokens: 4, total_tokens: 20 });
    expect(answer.model).toBe("gpt-4o-mini");
  });

  it("rejects a request to rewrite that it cannot read, with what is missing", async () => {
    const client = clientOf(await start());
    const content = "Improve this:\n```prompt\nText: {{text}}\n```";
    const asked = client.chat.completions.create({ model: "m", messages: [{ role: "user", content }] });
    await expect(asked).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining("names no fence for the reply"),
    });
  });

  it("streams the same words, with usage when asked", async () => {
    const client = clientOf(await start());
    const content =
      "Classify the sentiment as positive or negative. Answer in a full sentence.\nText: I love it";
    const request = { model: "offline/small", messages: [{ role: "user" as const, content }] };
    const whole = await client.chat.completions.create(request);
    const stream = await client.chat.completions.create({
      ...request,
      stream: true,
      stream_options: { include_usage: true },
    });
    const pieces: string[] = [];
    const ends: (string | null)[] = [];
    let usage: unknown;
    for await (const chunk of stream) {
      pieces.push(chunk.choices[0]?.delta.content ?? "");
      if (chunk.choices[0] !== undefined) ends.push(chunk.choices[0].finish_reason);
      usage = chunk.usage ?? usage;
    }
    expect(pieces.filter((piece) => piece !== "").length).toBeGreaterThan(3);
    expect(pieces.join("")).toBe("The sentiment of this text is positive.");
    expect(pieces.join("")).toBe(whole.choices[0]?.message.content);
    expect(ends.at(-1)).toBe("stop");
    expect(usage).toEqual(whole.usage);
  });

  it("answers text completions, also several prompts at once, and streams them", async () => {
    const client = clientOf(await start());
    const prompts = ["I love it", "I hate it"].map(
      (text) => `Answer 'positive' or 'negative', one word only.\nText: ${text}`,
    );
    const answer = await client.completions.create({ model: "offline/small", prompt: prompts });
    expect(answer.choices.map(({ text }) => text)).toEqual(["positive", "negative"]);
    const stream = await client.completions.create({
      model: "offline/small",
      prompt: prompts[0] ?? "",
      stream: true,
    });
    let text = "";
    for await (const chunk of stream) text += chunk.choices[0]?.text ?? "";
    expect(text).toBe("positive");
  });

  it("calls tools, whole and streamed", async () => {
    const client = clientOf(await start());
    const request = {
      model: "offline/small",
      messages: [{ role: "user" as const, content: "What is the weather in Paris?" }],
      tools: [
        {
          type: "function" as const,
          function: {
            name: "get_weather",
            parameters: { type: "object", properties: { city: { type: "string" } } },
          },
        },
      ],
    };
    const { choices } = await client.chat.completions.create(request);
    const [call] = choices[0]?.message.tool_calls ?? [];
    expect(choices[0]?.finish_reason).toBe("tool_calls");
    expect(call).toMatchObject({
      type: "function",
      function: { name: "get_weather", arguments: '{"city":"Paris"}' },
    });
    const streamed = await client.chat.completions.stream(request).finalChatCompletion();
    expect(streamed.choices[0]?.message.tool_calls?.[0]).toMatchObject({
      id: call?.id,
      function: { arguments: '{"city":"Paris"}' },
    });
  });

  it("respects stop and max_tokens", async () => {
    const client = clientOf(await start());
    const cut = await client.chat.completions.create({ model: "m", messages, max_tokens: 1 });
    expect(cut.choices[0]).toMatchObject({ message: { content: "posi" }, finish_reason: "length" });
    const stopped = await client.chat.completions.create({ model: "m", messages, stop: "tive" });
    expect(stopped.choices[0]).toMatchObject({ message: { content: "posi" }, finish_reason: "stop" });
  });

  it("lists its models and has no other", async () => {
    const client = clientOf(await start());
    const { data } = await client.models.list();
    expect(data.map(({ id }) => id)).toEqual(["offline/large", "offline/small"]);
    expect((await client.models.retrieve("offline/small")).id).toBe("offline/small");
    await expect(client.models.retrieve("gpt-4")).rejects.toMatchObject({
      status: 404,
      message: "404 The model 'gpt-4' does not exist.",
    });
  });

  it("answers four hundred requests at once", async () => {
    const client = clientOf(await start({ latencyMs: 5 }));
    const answers = await Promise.all(
      Array.from({ length: 400 }, () => client.chat.completions.create({ model: "m", messages })),
    );
    expect(answers.every(({ choices }) => choices[0]?.message.content === "positive")).toBe(true);
  });
});

describe("bad requests", () => {
  const post = async (server: OfflineServer, body: string, path = "/v1/chat/completions") => {
    const response = await fetch(`${server.url}${path}`, { method: "POST", body });
    return { status: response.status, body: (await response.json()) as unknown };
  };
  const error = (message: string, param: string | null = null, code: string | null = null) => ({
    error: { message, type: "invalid_request_error", param, code },
  });

  it("reports what is wrong with a body, in OpenAI's shape", async () => {
    const server = await start();
    expect(await post(server, '{"messages": [{"role": "user", "content": "x"}]}')).toEqual({
      status: 400,
      body: error("'model': Invalid input: expected string, received undefined", "model"),
    });
    expect(await post(server, '{"model": "m", "messages": []}')).toEqual({
      status: 400,
      body: error("'messages': Too small: expected array to have >=1 items", "messages"),
    });
    expect(
      await post(server, '{"model": "m", "messages": [{"role": "user", "content": "x"}], "temperature": 3}'),
    ).toEqual({
      status: 400,
      body: error("'temperature': Too big: expected number to be <=2", "temperature"),
    });
    expect(await post(server, '{"model": "m"}', "/v1/completions")).toEqual({
      status: 400,
      body: error("'prompt': Invalid input", "prompt"),
    });
    expect(await post(server, "[]")).toEqual({
      status: 400,
      body: error("The request body: Invalid input: expected object, received array"),
    });
    const unreadable = await post(server, "{nonsense");
    expect(unreadable.status).toBe(400);
    expect(JSON.stringify(unreadable.body)).toContain("We could not parse the JSON body of your request");
  });

  it("rejects other paths and methods", async () => {
    const server = await start();
    expect(await post(server, "{}", "/v1/embeddings")).toEqual({
      status: 404,
      body: error("Unknown request URL: POST /v1/embeddings.", null, "unknown_url"),
    });
    const response = await fetch(`${server.url}/v1/chat/completions`);
    expect([response.status, response.headers.get("allow")]).toEqual([405, "POST"]);
  });

  it("reports why it cannot listen", async () => {
    const { port } = await start();
    await expect(start({ port })).rejects.toMatchObject({
      name: "UsageError",
      hint: "choose another port, or 0 for a free one",
    });
  });
});

describe("injected faults", () => {
  it("shows every kind of fault to a client that does not retry", async () => {
    const client = clientOf(await start({ faultRate: 1, seed: 1 }));
    const outcomes = new Set<string>();
    for (let attempt = 0; attempt < 80; attempt++) {
      const outcome = await client.chat.completions
        .create({ model: "m", messages })
        .then((answer: unknown) =>
          typeof answer === "string"
            ? "text"
            : `choices: ${(answer as { choices: unknown[] }).choices.length}`,
        )
        .catch((problem: unknown) => {
          if (!(problem instanceof Error)) return "no error";
          if (problem instanceof OpenAI.APIError && problem.status !== undefined)
            return String(problem.status);
          return problem instanceof OpenAI.APIConnectionError ? "connection" : problem.constructor.name;
        });
      outcomes.add(outcome);
    }
    expect(outcomes).toEqual(
      new Set(["429", "500", "503", "connection", "SyntaxError", "choices: 0", "text"]),
    );
  });

  it("reports how long to wait after a 429", async () => {
    const server = await start({ faultRate: 1, seed: 1 });
    const body = JSON.stringify({ model: "m", messages });
    const waits: (string | null)[] = [];
    for (let attempt = 0; attempt < 40; attempt++) {
      const response = await fetch(`${server.url}/v1/chat/completions`, { method: "POST", body }).catch(
        () => undefined,
      );
      if (response?.status === 429) waits.push(response.headers.get("retry-after"));
      await response?.text().catch(() => "");
    }
    expect(new Set(waits)).toEqual(new Set(["0.05"]));
  });

  it("breaks streams in the middle", async () => {
    const client = clientOf(await start({ faultRate: 1, seed: 1 }));
    const problems: string[] = [];
    for (let attempt = 0; attempt < 30; attempt++) {
      await (async () => {
        const stream = await client.chat.completions.create({ model: "m", messages, stream: true });
        let chunks = 0;
        for await (const _chunk of stream) chunks += 1;
        if (chunks === 0) problems.push("empty");
      })().catch((problem: unknown) =>
        problems.push(
          problem instanceof OpenAI.APIError && problem.status ? String(problem.status) : "broken",
        ),
      );
    }
    expect(problems).toContain("broken");
    expect(problems).toContain("429");
  });

  it("fails the same attempts for the same seed", async () => {
    const statuses = async (seed: number): Promise<string[]> => {
      const server = await start({ faultRate: 0.5, seed });
      const found: string[] = [];
      for (let attempt = 0; attempt < 30; attempt++) {
        const body = JSON.stringify({ model: "m", messages: [{ role: "user", content: `row ${attempt}` }] });
        const response = await fetch(`${server.url}/v1/chat/completions`, { method: "POST", body }).catch(
          () => undefined,
        );
        found.push(String(response?.status ?? "dropped"));
        await response?.text().catch(() => "");
      }
      return found;
    };
    const first = await statuses(7);
    expect(await statuses(7)).toEqual(first);
    expect(await statuses(8)).not.toEqual(first);
  });
});
