import { describe, expect, it } from "vitest";
import { Secret } from "../../src/core/text/secret.ts";
import { checkQueueUrl, queueErrorOf, shownQueue } from "../../src/queue/connect-redis.ts";
import { jobSchema, resultSchema } from "../../src/queue/job.ts";

const model = { kind: "model", need: "n", messages: [], timeoutMs: 1_000, adaptations: [] };

describe("a job", () => {
  it.each([
    ["a model call", model],
    [
      "an agent run",
      { kind: "agent", need: "n", input: { inputs: {}, prompts: {}, model: {} }, timeoutMs: 1 },
    ],
  ])("is read: %s", (_, job) => {
    expect(jobSchema.parse(JSON.parse(JSON.stringify(job)))).toEqual(job);
  });

  it.each([
    ["with a key", { ...model, apiKey: "sk" }],
    ["with an address of its own", { ...model, baseUrl: "https://evil.example" }],
    ["of another kind", { ...model, kind: "shell" }],
    ["without a time limit", { ...model, timeoutMs: 0 }],
    ["that names a program", { kind: "agent", need: "n", timeoutMs: 1, command: ["sh"], input: {} }],
    ["that is no object", "model"],
  ])("is refused %s", (_, job) => {
    expect(jobSchema.safeParse(job).success).toBe(false);
  });
});

it("reads a result, and ignores what a later worker adds", () => {
  expect(resultSchema.parse({ worker: "w", answer: { output: "ok" }, extra: 1 })).toEqual({
    worker: "w",
    answer: { output: "ok" },
  });
});

describe("the address of a queue", () => {
  it.each([
    ["redis://:pass@host:6379", "redis://host:6379"],
    ["rediss://user:p%40ss@host:6380/2?x=secret", "rediss://host:6380/2"],
    ["redis://user:a@b@:/nonsense", "redis://:/nonsense"],
  ])("is shown without its password: %s", (url, shown) => {
    expect(shownQueue(new Secret(url))).toBe(shown);
  });

  it("must be one of Redis", () => {
    expect(() => checkQueueUrl(new Secret("http://:pass@host"))).toThrow(
      /^http:\/\/host is no address of a queue$/,
    );
  });

  it.each(["redis://:hunter%402@host", "redis://user:hunter%402@host/1", "redis://host?password=hunter%402"])(
    "has errors that never hold its password: %s",
    (text) => {
      const said = "ERR unknown command 'AUTH', with args beginning with: 'hunter@2' 'hunter%402'";
      const error = queueErrorOf(new Error(said), new Secret(text));
      expect(error.message).not.toContain("hunter@2");
      expect(error.cause).toBeUndefined();
    },
  );

  it.each([
    ["redis://:a%zz@host", /no address of a queue/],
    ["redis://", /no address of a queue/],
    ["redis://host/queue", /no number of a database/],
  ])("is refused: %s", (text, message) => {
    expect(() => checkQueueUrl(new Secret(text))).toThrow(message);
  });

  it("has its errors in words, without the password", () => {
    const url = new Secret("redis://:pass-word@host:1");
    const said = (message: string) => queueErrorOf(new Error(message), url).message;
    expect(said("WRONGPASS invalid username-password pair")).toBe(
      "the queue redis://host:1 refuses the password",
    );
    expect(said("OOM command not allowed when used memory > 'maxmemory'.")).toBe(
      "the queue redis://host:1 is full",
    );
    expect(said("READONLY You can't write against a read only replica.")).toBe(
      "the queue redis://host:1 can only be read",
    );
    expect(said("connect ECONNREFUSED 10.0.0.1:1")).toBe(
      "the queue redis://host:1 cannot be reached: connect ECONNREFUSED 10.0.0.1:1",
    );
  });
});
