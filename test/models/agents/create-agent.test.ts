import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Agent, AgentInput, AgentRunSpec } from "../../../src/contracts/agent.ts";
import { defined } from "../../../src/core/defined.ts";
import { AgentError } from "../../../src/core/errors.ts";
import { runAttempts } from "../../../src/models/agents/agent-attempts.ts";
import { createAgentAttempts } from "../../../src/models/agents/create-agent.ts";

const input: AgentInput = {
  inputs: { text: "great" },
  prompts: { classify: "Classify: {{text}}" },
  model: { name: "gpt-4o-mini", provider: "openai", max_tokens: 5 },
};

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "dao-opt-agent-"));
});

const open = async (spec: AgentRunSpec, timeoutMs = 20_000): Promise<Agent> => {
  const { attempt, close } = await createAgentAttempts(spec, { timeoutMs, directory });
  const reports = { sending: async () => {}, ended: () => {}, retrying: () => {} };
  return {
    run: (given, { signal }) => runAttempts({ attempt }, given, { signal, reports }),
    ...defined({ close }),
  };
};

async function failureOf(call: Promise<unknown>): Promise<AgentError> {
  const outcome: unknown = await call.catch((error: unknown) => error);
  if (outcome instanceof AgentError) return outcome;
  throw new Error(`no AgentError: ${String(outcome)}`);
}

describe("a module", () => {
  let count = 0;
  const moduleAgent = async (source: string, timeoutMs?: number): Promise<Agent> => {
    const path = join(directory, `agent-${count++}.mjs`);
    await writeFile(path, source);
    return open({ kind: "module", path }, timeoutMs);
  };

  it("receives inputs, prompts and model, and returns a string", async () => {
    const agent = await moduleAgent("export default async (input) => JSON.stringify(input);");
    expect(JSON.parse((await agent.run(input, {})).output)).toEqual(input);
  });

  it("may return more, and change its input", async () => {
    const agent = await moduleAgent(
      "export default ({ inputs }) => { inputs.text += '!'; return { output: inputs.text, trace: { steps: 1 } }; };",
    );
    const frozen = Object.freeze({ ...input, inputs: Object.freeze({ text: "great" }) });
    expect(await agent.run(frozen, {})).toMatchObject({ output: "great!", trace: { steps: 1 } });
  });

  it("that throws fails the row", async () => {
    const agent = await moduleAgent("export default async () => { throw new Error('no database'); };");
    expect((await failureOf(agent.run(input, {}))).message).toMatch(
      /^agent agent-\d+\.mjs threw: no database$/,
    );
  });

  it("that returns no string fails the row", async () => {
    const agent = await moduleAgent("export default async () => NaN;");
    expect((await failureOf(agent.run(input, {}))).message).toMatch(/ returned NaN instead of a string$/);
  });

  it("that never answers is abandoned on timeout", async () => {
    const agent = await moduleAgent("export default () => new Promise(() => {});", 20);
    expect(await failureOf(agent.run(input, {}))).toMatchObject({
      message: expect.stringMatching(/ did not answer within 0\.02 s$/),
      hint: "increase timeout_seconds of the agent's model",
    });
  });

  it("is reported when the run is stopped", async () => {
    const agent = await moduleAgent(
      "export default (_, { signal }) => new Promise((_, no) => signal.addEventListener('abort', () => no(signal.reason)));",
    );
    const controller = new AbortController();
    const failure = failureOf(agent.run(input, { signal: controller.signal }));
    controller.abort();
    expect((await failure).message).toMatch(/ was stopped before it answered$/);
  });

  it("without a function or a file is rejected before anything runs", async () => {
    await expect(moduleAgent("export const run = 1;")).rejects.toMatchObject({
      code: "plugin_invalid",
      message: expect.stringMatching(/agent-\d+\.mjs: the default export is not a function$/),
    });
    await expect(open({ kind: "module", path: "missing.js" })).rejects.toMatchObject({
      message: `no module at ${join(directory, "missing.js")}`,
    });
  });
});

describe("a command", () => {
  const script = async (source: string, timeoutMs?: number) => {
    await writeFile(join(directory, "agent.cjs"), source);
    return open({ kind: "command", command: [process.execPath, "agent.cjs"], directory }, timeoutMs);
  };

  it("reads JSON on stdin, in its own folder, and answers on stdout", async () => {
    const agent = await script("process.stdin.pipe(process.stdout);");
    expect(JSON.parse((await agent.run(input, {})).output)).toEqual(input);
  });

  it("may answer with an object, and without reading its input", async () => {
    const agent =
      await script(`console.log(JSON.stringify({ output: "ok", usage: { input_tokens: 4, output_tokens: 2 } }));
      process.stdin.destroy();`);
    const large = { ...input, inputs: { text: "x".repeat(500_000) } };
    expect(await agent.run(large, {})).toMatchObject({
      output: "ok",
      usage: { inputTokens: 4, outputTokens: 2 },
    });
  });

  it("has the environment of this process", async () => {
    const agent = await script("console.log(process.env.PATH);");
    expect((await agent.run(input, {})).output).toBe(process.env["PATH"]);
  });

  it("that fails reports its last lines", async () => {
    const agent = await script(
      "for (let i = 1; i <= 9; i++) console.error('line ' + i); process.exitCode = 3;",
    );
    const { message } = await failureOf(agent.run(input, {}));
    expect(message).toBe(
      `agent "${process.execPath} agent.cjs" failed (exit status 3): line 5\nline 6\nline 7\nline 8\nline 9`,
    );
  });

  it("that does not exist is reported", async () => {
    const agent = await open({ kind: "command", command: ["no-such-program-anywhere"], directory });
    expect(await failureOf(agent.run(input, {}))).toMatchObject({
      message: 'agent "no-such-program-anywhere" could not be started: no such program or directory',
      hint: "check run.command",
    });
  });

  it.each(["the time is up", "the run is stopped"])("is ended when %s", async (why) => {
    const pidFile = join(directory, "pid");
    const agent = await script(
      `require("fs").writeFileSync(${JSON.stringify(pidFile)}, String(process.pid)); setInterval(() => {}, 1000);`,
      why === "the time is up" ? 1_500 : 20_000,
    );
    const controller = new AbortController();
    const failure = failureOf(agent.run(input, { signal: controller.signal }));
    const pid = await eventually(async () => Number(await readFile(pidFile, "utf8")) || undefined);
    if (why === "the run is stopped") controller.abort();
    await failure;
    await eventually(async () => (isAlive(pid) ? undefined : true));
  });

  it("still running is ended on close", async () => {
    const pidFile = join(directory, "pid");
    const agent = await script(
      `require("fs").writeFileSync(${JSON.stringify(pidFile)}, String(process.pid)); setInterval(() => {}, 1000);`,
    );
    const failure = failureOf(agent.run(input, {}));
    await eventually(async () => Number(await readFile(pidFile, "utf8")) || undefined);
    await agent.close?.();
    expect((await failure).message).toMatch(/ failed \(ended by SIGTERM\)$/);
  });
});

describe("a URL", () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.close();
      server.closeAllConnections();
    }
  });
  const httpAgent = async (listener: RequestListener, timeoutMs?: number) => {
    const server = createServer(listener);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/agent`;
    return { url, agent: await open({ kind: "http", url }, timeoutMs) };
  };
  const answering = (body: string, type: string, status = 200) =>
    httpAgent((_, response) => response.writeHead(status, { "content-type": type }).end(body));

  it("receives the object as JSON", async () => {
    const { agent } = await httpAgent((request, response) => {
      expect([request.method, request.headers["content-type"]]).toEqual(["POST", "application/json"]);
      response.writeHead(200, { "content-type": "text/plain" });
      request.pipe(response);
    });
    expect(JSON.parse((await agent.run(input, {})).output)).toEqual(input);
  });

  it.each([
    ["positive", "text/plain", "positive"],
    ['"positive"', "application/json", "positive"],
    ['"positive"', "text/plain", '"positive"'],
    ['{"output":"positive"}', "application/json; charset=utf-8", "positive"],
    ['{"label":"positive"}', "application/json", '{"label":"positive"}'],
  ])("may answer with %s as %s", async (body, type, output) => {
    const { agent } = await answering(body, type);
    expect((await agent.run(input, {})).output).toBe(output);
  });

  it("that returns an error status fails the row", async () => {
    const { agent, url } = await answering("no\n database", "text/plain", 500);
    expect((await failureOf(agent.run(input, {}))).message).toBe(`agent ${url} returned 500: no database`);
  });

  it("that refuses connections is reported", async () => {
    const agent = await open({ kind: "http", url: "http://127.0.0.1:65531/agent" });
    expect(await failureOf(agent.run(input, {}))).toMatchObject({
      message:
        "agent http://127.0.0.1:65531/agent could not be reached: connect ECONNREFUSED 127.0.0.1:65531",
      hint: "check that the application is running and that run.http is correct",
    });
  });

  it("that never answers is abandoned on timeout", async () => {
    const { agent, url } = await httpAgent(() => undefined, 100);
    expect((await failureOf(agent.run(input, {}))).message).toBe(`agent ${url} did not answer within 0.1 s`);
  });
});

/** Retries until there is an answer; the test's own time limit ends it. */
async function eventually<Value>(ask: () => Promise<Value | undefined>): Promise<Value> {
  for (;;) {
    const value = await ask().catch(() => undefined);
    if (value !== undefined) return value;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
