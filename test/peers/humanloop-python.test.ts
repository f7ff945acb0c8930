import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type HumanloopWorld,
  oddText,
  providerKey,
  serverKey,
  startHumanloopWorld,
} from "./humanloop-world.ts";
import { preparePython } from "./python-venv.ts";

let world: HumanloopWorld;
let results: Readonly<Record<string, unknown>>;
beforeAll(async () => {
  const python = await preparePython("humanloop");
  world = await startHumanloopWorld();
  results = (await python.run("humanloop_calls.py", {
    BASE_URL: `${world.url}/v5`,
    API_KEY: serverKey,
    PROVIDER_URL: world.model.baseUrl,
    PROVIDER_KEY: providerKey,
  })) as typeof results;
});
afterAll(() => world.close());

const outputs = (name: string, index = 0) =>
  (results[name] as readonly { readonly index: number; readonly output: string }[])
    .filter((chunk) => chunk.index === index)
    .map(({ output }) => output)
    .join("");

describe("humanloop of PyPI, unmodified", () => {
  it("registers, finds, names and deploys versions", () => {
    const { id, version_id: first } = results["upsert"] as { id: string; version_id: string };
    const { version_id: second } = results["upsert_changed"] as { version_id: string };
    expect(results["upsert_again"]).toMatchObject({ id, version_id: first });
    expect(second).not.toBe(first);
    expect(results["name_taken"]).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining("first") },
    });
    expect(results["invalid"]).toMatchObject({ threw: "UnprocessableEntityError", status: 422 });
    expect(results["get"]).toMatchObject({ id, version_id: first, path: "support/triage" });
    expect(results["get_version"]).toMatchObject({ version_id: second, temperature: 0.9 });
    expect(results["list"]).toEqual(["support/plain", "support/triage"]);
    expect(results["list_versions"]).toEqual([second, first]);
    expect(results["rename"]).toMatchObject({ version_name: "renamed" });
    expect(results["populate"]).toMatchObject({
      populated_template: [{ role: "system", content: "Answer about cats" }],
    });
    expect(results["serialize"]).toContain("Answer about {{topic}}");
    expect(results["deserialize"]).toMatchObject({ model: "gpt-4o", temperature: 0.2 });
    expect(results["environments"]).toMatchObject([
      { name: "production", tag: "default" },
      { name: "staging" },
    ]);
    expect(results["deploy"]).toMatchObject({ version_id: second });
    expect(results["get_staging"]).toMatchObject({ version_id: second });
    expect(results["get_default"]).toMatchObject({ version_id: first });
    expect(results["get_nowhere"]).toMatchObject({ status: 404 });
    expect(results["monitoring"]).toMatchObject({ evaluators: [{ state: "active" }] });
    expect(results["move"]).toMatchObject({ path: "support/moved here" });
    expect([results["undeploy"], results["delete_version"], results["delete"]]).toEqual([null, null, null]);
  });

  it("calls and streams any model output", () => {
    expect(results["call"]).toMatchObject({
      prompt: { path: "support/plain" },
      log_id: expect.stringMatching(/^log_/),
      logs: [
        { index: 0, output: "You said: Say hello now" },
        { index: 1, output: "You said: Say hello now" },
      ],
    });
    expect(results["call_kernel"]).toMatchObject({ prompt: { path: "made/here" } });
    expect(results["call_unknown"]).toMatchObject({ status: 404 });
    expect(results["call_missing"]).toMatchObject({ status: 422 });
    expect([outputs("stream", 0), outputs("stream", 1)]).toEqual([oddText, oddText]);
    expect(results["stream_unknown"]).toMatchObject({ status: 404 });
    expect(outputs("stream_broken")).toBe("You said: ");
    expect(results["stream_broken"]).toMatchObject({ 2: { error: expect.stringContaining("connection") } });
    const { version_id: first } = results["upsert"] as { version_id: string };
    expect(results["asynchronous"]).toEqual([first, oddText]);
  });

  it("logs, judges, reads logs back and pulls files", () => {
    const { id } = results["log"] as { id: string };
    expect(results["update_log"]).toMatchObject({ id, output: "changed" });
    expect(results["feedback"]).toMatchObject({ parent_id: id });
    expect(results["log_get"]).toMatchObject({
      id,
      evaluator_logs: [{ judgment: expect.anything(), parent_id: id }],
    });
    expect(results["logs"]).toEqual([id]);
    expect(Object.keys(results["pull"] as object).sort()).toEqual([
      "made/here",
      "support/logged",
      "support/plain",
      "support/triage",
    ]);
    expect(results["pull"]).toMatchObject({
      "support/triage": expect.stringContaining("Answer about {{topic}}"),
    });
    expect(results["file"]).toMatchObject({ path: "support/triage", type: "prompt" });
    expect(results["directories"]).toEqual(["", "made", "support"]);
    expect(results["directory_create"]).toMatchObject({ path: "made/empty" });
  });

  it("sends its wrappers' spans, which are stored as versions and logs", async () => {
    expect(results["flow"]).toBe("You said: Say cats 3");
    const get = async <Answer>(path: string): Promise<Answer> =>
      (await (
        await fetch(`${world.url}/v5${path}`, { headers: { "x-api-key": serverKey } })
      ).json()) as Answer;
    const asked = await get<{ id: string }>("/prompts/decorated%2Fask");
    expect(asked).toMatchObject({
      model: "gpt-4o",
      temperature: 0.8,
    });
    const logs = await get<{ records: { trace_parent_id?: string }[] }>(`/logs?file_id=${asked.id}`);
    expect(logs.records).toMatchObject([{ output: "You said: Say cats", prompt: { path: "decorated/ask" } }]);
    const flow = await get<object>(`/logs/${logs.records[0]?.trace_parent_id}`);
    expect(flow).toMatchObject({
      flow: { path: "flows/python" },
      log_status: "complete",
      output: "You said: Say cats 3",
      trace_children: [{ prompt: { path: "decorated/ask" } }, { tool: { path: "tools/add" }, output: "3" }],
    });
  });
});
