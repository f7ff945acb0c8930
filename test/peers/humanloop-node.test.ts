import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type HumanloopWorld,
  oddText,
  ownKey,
  providerKey,
  serverKey,
  startHumanloopWorld,
} from "./humanloop-world.ts";
import { type NodePackages, prepareNode, type ScriptRun } from "./node-packages.ts";

interface Chunk {
  readonly index: number;
  readonly id: string;
  readonly promptId: string;
  readonly versionId: string;
  readonly output: string;
  readonly error?: string;
}
type Results = Readonly<Record<string, unknown>>;

let node: NodePackages;
let world: HumanloopWorld;
beforeAll(async () => {
  node = await prepareNode("humanloop@0.8.20", "openai@4.104.0");
  world = await startHumanloopWorld();
});
afterAll(() => world.close());

const textOf = (chunks: readonly Chunk[], index = 0) =>
  chunks
    .filter((chunk) => chunk.index === index)
    .map(({ output }) => output)
    .join("");

describe("humanloop@0.8.20, unmodified", () => {
  let run: ScriptRun;
  let results: Results;
  beforeAll(async () => {
    run = await node.run("humanloop_calls.mjs", {
      BASE_URL: `${world.url}/v5`,
      API_KEY: serverKey,
      OWN_KEY: ownKey,
    });
    results = run.result as Results;
  });

  it("prints no warnings", () => {
    expect(run.stderr + run.stdout).toBe("");
  });

  it("registers prompts: equal details are one version, names are unique, the first stays deployed", () => {
    expect(results["upsert"]).toMatchObject({
      path: "support/triage",
      name: "triage",
      type: "prompt",
      temperature: 0.2,
      maxTokens: -1,
      topP: 1,
      stop: ["###"],
      other: { userKey: 1, snake_key: 2 },
      attributes: { team: "growth" },
      inputs: [{ name: "topic" }],
      tags: ["a", "b"],
      environments: [{ name: "production", tag: "default" }],
    });
    const { id, versionId } = results["upsert"] as { id: string; versionId: string };
    const changed = (results["upsertChanged"] as { versionId: string }).versionId;
    expect(results["upsertAgain"]).toMatchObject({ id, versionId });
    expect(changed).not.toBe(versionId);
    expect(results["listVersions"]).toEqual([changed, versionId]);
    expect(results["get"]).toMatchObject({ id, versionId });
    expect(results["getVersion"]).toMatchObject({ versionId: changed, temperature: 0.9 });
    expect(results["list"]).toEqual(["support/plain", "support/triage"]);
    expect(results["nameTaken"]).toMatchObject({ threw: "HumanloopError", status: 409 });
    expect(results["renameTaken"]).toMatchObject({ status: 409, message: expect.stringContaining("first") });
    expect(results["rename"]).toMatchObject({ versionName: "renamed", versionDescription: "d2" });
    expect(results["getMissing"]).toMatchObject({ threw: "HumanloopError", status: 404 });
    expect(results["populate"]).toMatchObject({
      populatedTemplate: [{ role: "system", content: "Answer about cats" }],
    });
    expect(results["move"]).toMatchObject({ path: "support/moved here", name: "moved here", id });
    expect(results["delete"]).toBeNull();
    expect(results["getDeleted"]).toMatchObject({ status: 404 });
  });

  it("deploys by the environment's id, and reads by its name", () => {
    const { versionId } = results["upsert"] as { versionId: string };
    const { versionId: changed } = results["upsertChanged"] as { versionId: string };
    expect(results["environments"]).toMatchObject([
      { name: "production", tag: "default", file: { versionId } },
      { name: "staging", tag: "other" },
    ]);
    expect(results["deploy"]).toMatchObject({ versionId: changed, environments: [{ name: "staging" }] });
    expect(results["getStaging"]).toMatchObject({ versionId: changed });
    expect(results["getDefault"]).toMatchObject({ versionId });
    expect(results["getNowhere"]).toMatchObject({ status: 404, message: expect.stringContaining("staging") });
    expect(results["deleteDeployed"]).toMatchObject({ status: 409 });
    expect([results["undeploy"], results["deleteVersion"]]).toEqual([null, null]);
    expect(results["monitoring"]).toMatchObject({
      evaluators: [{ state: "active", versionReference: { type: "version", version: { id: "evv_1" } } }],
    });
  });

  it("calls: samples, inline details, tools, provider errors, custom ids", () => {
    expect(results["call"]).toMatchObject({
      prompt: { path: "support/plain" },
      logs: [
        { index: 0, output: "You said: Say hello now" },
        { index: 1, output: "You said: Say hello now" },
      ],
      inputs: { what: "hello" },
      metadata: { ticketId: 7 },
      user: "ada",
      source: "peer",
      environment: "label",
      logId: expect.stringMatching(/^log_/),
    });
    expect(results["callKernel"]).toMatchObject({
      prompt: { path: "made/on-the-spot" },
      logId: expect.any(String),
    });
    expect(results["callTools"]).toMatchObject({
      logs: [
        { outputMessage: { toolCalls: [{ function: { name: "lookup", arguments: '{"city":"Oslo"}' } }] } },
      ],
    });
    expect(results["callMissing"]).toMatchObject({ message: expect.stringMatching(/422.*what/s) });
    expect(results["callUnknown"]).toMatchObject({ message: expect.stringMatching(/404.*no\/such/s) });
    expect(results["callMock"]).toMatchObject({ logs: [{ output: expect.stringContaining("Hi") }] });
    expect(results["callOwnKey"]).toMatchObject({ logs: [{ output: "You said: Say key" }] });
    expect(results["callFailing"]).toMatchObject({
      message: expect.stringContaining("the provider does not like this"),
    });
    expect(results["callLogId"]).toMatchObject({ logId: "log_mine", inputs: {} });
    expect(results["callLogIdTaken"]).toMatchObject({ message: expect.stringContaining("409") });
    expect(results["callNotSaved"]).toMatchObject({
      logs: [{ output: "You said: Say hushed" }],
      save: false,
    });
  });

  it("streams any text: [DONE], UTF-8, interleaved samples; aborts early; reports failures", () => {
    const stream = results["stream"] as readonly Chunk[];
    for (const chunk of stream)
      expect(chunk).toMatchObject({
        output: expect.any(String),
        id: expect.stringMatching(/^log_/),
        promptId: expect.stringMatching(/^pr_/),
        versionId: expect.stringMatching(/^prv_/),
      });
    expect([textOf(stream, 0), textOf(stream, 1)]).toEqual(["You said: Say stream", "You said: Say stream"]);
    expect(textOf(results["streamDone"] as readonly Chunk[])).toBe(oddText);
    expect(textOf(results["streamUtf8"] as readonly Chunk[])).toBe(oddText);
    expect(results["streamBreak"]).toHaveLength(2);
    expect(results["streamAbort"]).toEqual({ aborted: "AbortError" });
    expect(results["streamUnknown"]).toMatchObject({ threw: "HumanloopError", status: 404 });
    expect(results["streamFailing"]).toMatchObject({ threw: "HumanloopError", status: 400 });
    const broken = results["streamBroken"] as readonly Chunk[];
    expect(textOf(broken)).toBe("You said: ");
    expect(broken.at(-1)?.error).toContain("the connection to gpt-4o");
  });

  it("creates, changes, judges and reads logs", () => {
    const { id } = results["log"] as { id: string };
    expect(results["updateLog"]).toMatchObject({
      id,
      output: "changed",
      outputTokens: 2,
      prompt: { path: "support/logged" },
    });
    expect(results["feedback"]).toMatchObject({ parentId: id, versionId: expect.stringMatching(/^evv_/) });
    expect(results["logGet"]).toMatchObject({
      id,
      output: "changed",
      providerRequest: { aB: 1 },
      evaluatorLogs: [{ parentId: id, judgment: true, id: (results["feedback"] as { id: string }).id }],
    });
    expect(results["logs"]).toEqual([id]);
    expect(results["logsDelete"]).toBeNull();
    expect(results["logGone"]).toMatchObject({ status: 404 });
    expect(results["flowLog"]).toMatchObject({
      flowId: expect.stringMatching(/^fl_/),
      logStatus: "incomplete",
    });
    expect(results["flowUpdate"]).toMatchObject({ output: "end", logStatus: "complete" });
    expect(results["flowLogGet"]).toMatchObject({
      flow: { path: "flows/own", name: "own", attributes: { v: 1 } },
    });
  });

  it("finds files and directories", () => {
    expect(results["files"]).toMatchObject({
      records: [{ path: "made/mock" }, { path: "made/on-the-spot" }],
    });
    expect(results["fileByPath"]).toMatchObject({ path: "support/plain" });
    expect(results["directoryCreate"]).toMatchObject({ path: "empty/folder", name: "folder" });
    expect(results["directories"]).toEqual(["", "empty", "empty/folder", "made", "support"]);
    expect(results["directory"]).toMatchObject({ path: "support", files: [{ type: "prompt" }, {}, {}] });
    expect(results["directoryEmpty"]).toMatchObject({
      files: [],
      parents: [{ path: "" }, { path: "empty" }],
    });
    expect(results["directoryUpdate"]).toMatchObject({ path: "empty/other" });
    expect(results["directoryDelete"]).toBeNull();
  });

  it("stores request keys nowhere, and the provider receives them", () => {
    const sent = world.model.requests.map(({ headers }) => headers.authorization);
    expect(sent).toContain(`Bearer ${ownKey}`);
    const files = readdirSync(world.cwd, { recursive: true, withFileTypes: true }).filter((one) =>
      one.isFile(),
    );
    expect(files.length).toBeGreaterThan(5);
    for (const { parentPath, name } of files) {
      const text = readFileSync(join(parentPath, name), "utf8");
      for (const key of [ownKey, providerKey, serverKey]) expect(text).not.toContain(key);
    }
  });
});

describe("humanloop@0.8.20's wrappers", () => {
  it("export OpenTelemetry spans: a version for each set of details, logs below their flow", async () => {
    const { result, stderr } = await node.run("humanloop_decorators.mjs", {
      BASE_URL: `${world.url}/v5`,
      API_KEY: serverKey,
      PROVIDER_URL: world.model.baseUrl,
      PROVIDER_KEY: providerKey,
    });
    expect(result).toEqual({
      flow: "You said: Be short. CATS / In short: Say cats",
      message: { role: "assistant", content: "from a message" },
      failing: null,
    });
    // The client logs the flow that threw, and nothing else.
    expect(stderr.split("\n").filter((line) => line !== "" && !line.startsWith("    at "))).toEqual([
      "Error calling callable: Error: the flow broke",
    ]);
    const get = async <Answer>(path: string): Promise<Answer> =>
      (await (await fetch(`${world.url}${path}`, { headers: { "x-api-key": serverKey } })).json()) as Answer;
    // The prefix may be missing.
    const asked = await get<{ id: string }>("/prompts/decorated%2Fask");
    expect((await get<{ records: object[] }>(`/v5/prompts/${asked.id}/versions`)).records).toMatchObject([
      { temperature: 0.1, model: "gpt-4o" },
      { temperature: 0.8, model: "gpt-4o" },
    ]);
    const logs = await get<{ records: { trace_parent_id?: string }[] }>(`/v5/logs?file_id=${asked.id}`);
    expect(logs.records).toHaveLength(2);
    const [, inFlow] = logs.records;
    expect(inFlow).toMatchObject({
      output: "You said: Be short. CATS",
      messages: [
        { role: "system", content: "Be short." },
        { role: "user", content: "CATS" },
      ],
      prompt_tokens: 4,
      trace_flow_id: expect.stringMatching(/^fl_/),
    });
    const flow = await get(`/v5/logs/${inFlow?.trace_parent_id}`);
    expect(flow).toMatchObject({
      log_status: "complete",
      output: "You said: Be short. CATS / In short: Say cats",
      flow: { path: "flows/decorated", attributes: { team: "a" } },
      trace_children: [
        {
          tool: { path: "tools/shout", function: { name: "shout" } },
          output: "CATS",
          inputs: { word: "cats" },
        },
        { prompt: { path: "decorated/ask" } },
        { prompt: { path: "decorated/called" }, output: "In short: Say cats" },
      ],
    });
  });
});
