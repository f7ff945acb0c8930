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
let said: Readonly<Record<string, unknown>>;
beforeAll(async () => {
  const python = await preparePython("humanloop");
  world = await startHumanloopWorld();
  said = (await python.run("humanloop_calls.py", {
    BASE_URL: `${world.url}/v5`,
    API_KEY: serverKey,
    PROVIDER_URL: world.model.baseUrl,
    PROVIDER_KEY: providerKey,
  })) as typeof said;
});
afterAll(() => world.close());

const outputs = (name: string, index = 0) =>
  (said[name] as readonly { readonly index: number; readonly output: string }[])
    .filter((chunk) => chunk.index === index)
    .map(({ output }) => output)
    .join("");

describe("humanloop of PyPI, unmodified", () => {
  it("files, finds, names and deploys versions", () => {
    const { id, version_id: first } = said["upsert"] as { id: string; version_id: string };
    const { version_id: second } = said["upsert_changed"] as { version_id: string };
    expect(said["upsert_again"]).toMatchObject({ id, version_id: first });
    expect(second).not.toBe(first);
    expect(said["name_taken"]).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining("first") },
    });
    expect(said["invalid"]).toMatchObject({ threw: "UnprocessableEntityError", status: 422 });
    expect(said["get"]).toMatchObject({ id, version_id: first, path: "support/triage" });
    expect(said["get_version"]).toMatchObject({ version_id: second, temperature: 0.9 });
    expect(said["list"]).toEqual(["support/plain", "support/triage"]);
    expect(said["list_versions"]).toEqual([second, first]);
    expect(said["rename"]).toMatchObject({ version_name: "renamed" });
    expect(said["populate"]).toMatchObject({
      populated_template: [{ role: "system", content: "Answer about cats" }],
    });
    expect(said["serialize"]).toContain("Answer about {{topic}}");
    expect(said["deserialize"]).toMatchObject({ model: "gpt-4o", temperature: 0.2 });
    expect(said["environments"]).toMatchObject([{ name: "production", tag: "default" }, { name: "staging" }]);
    expect(said["deploy"]).toMatchObject({ version_id: second });
    expect(said["get_staging"]).toMatchObject({ version_id: second });
    expect(said["get_default"]).toMatchObject({ version_id: first });
    expect(said["get_nowhere"]).toMatchObject({ status: 404 });
    expect(said["monitoring"]).toMatchObject({ evaluators: [{ state: "active" }] });
    expect(said["move"]).toMatchObject({ path: "support/moved here" });
    expect([said["undeploy"], said["delete_version"], said["delete"]]).toEqual([null, null, null]);
  });

  it("calls and streams, whatever the model says", () => {
    expect(said["call"]).toMatchObject({
      prompt: { path: "support/plain" },
      log_id: expect.stringMatching(/^log_/),
      logs: [
        { index: 0, output: "You said: Say hello now" },
        { index: 1, output: "You said: Say hello now" },
      ],
    });
    expect(said["call_kernel"]).toMatchObject({ prompt: { path: "made/here" } });
    expect(said["call_unknown"]).toMatchObject({ status: 404 });
    expect(said["call_missing"]).toMatchObject({ status: 422 });
    expect([outputs("stream", 0), outputs("stream", 1)]).toEqual([oddText, oddText]);
    expect(said["stream_unknown"]).toMatchObject({ status: 404 });
    expect(outputs("stream_broken")).toBe("You said: ");
    expect(said["stream_broken"]).toMatchObject({ 2: { error: expect.stringContaining("connection") } });
    const { version_id: first } = said["upsert"] as { version_id: string };
    expect(said["asynchronous"]).toEqual([first, oddText]);
  });

  it("logs, judges, reads logs back and pulls files", () => {
    const { id } = said["log"] as { id: string };
    expect(said["update_log"]).toMatchObject({ id, output: "changed" });
    expect(said["feedback"]).toMatchObject({ parent_id: id });
    expect(said["log_get"]).toMatchObject({
      id,
      evaluator_logs: [{ judgment: expect.anything(), parent_id: id }],
    });
    expect(said["logs"]).toEqual([id]);
    expect(Object.keys(said["pull"] as object).sort()).toEqual([
      "made/here",
      "support/logged",
      "support/plain",
      "support/triage",
    ]);
    expect(said["pull"]).toMatchObject({
      "support/triage": expect.stringContaining("Answer about {{topic}}"),
    });
    expect(said["file"]).toMatchObject({ path: "support/triage", type: "prompt" });
    expect(said["directories"]).toEqual(["", "made", "support"]);
    expect(said["directory_create"]).toMatchObject({ path: "made/empty" });
  });

  it("sends its wrappers' spans, which become versions and logs", async () => {
    expect(said["flow"]).toBe("You said: Say cats 3");
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
