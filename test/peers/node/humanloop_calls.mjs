// Every call of the unmodified client, one after the other; the last line is what came of them, as JSON.
import { createRequire } from "node:module";

const require = createRequire(process.env.PACKAGES);
const { HumanloopClient } = require("humanloop");
const hl = new HumanloopClient({ baseUrl: process.env.BASE_URL, apiKey: process.env.API_KEY });
const result = {};

async function step(name, work) {
  try {
    result[name] = (await work()) ?? null;
  } catch (error) {
    result[name] = {
      threw: error.constructor.name,
      status: error.statusCode,
      message: String(error.message),
    };
  }
}
const all = async (pages) => {
  const found = [];
  for await (const one of pages) found.push(one);
  return found;
};
const chunksOf = async (request, take = Number.POSITIVE_INFINITY) => {
  const chunks = [];
  for await (const chunk of await hl.prompts.callStream(request)) {
    chunks.push(chunk);
    if (chunks.length >= take) break;
  }
  return chunks;
};

const triage = {
  path: "support/triage",
  model: "gpt-4o",
  template: [{ role: "system", content: "Answer about {{topic}}" }],
  temperature: 0.2,
  maxTokens: undefined,
  stop: ["###"],
  other: { userKey: 1, snake_key: 2 },
  attributes: { team: "growth" },
  tools: [{ name: "lookup", description: "d", strict: true, parameters: { type: "object", properties: {} } }],
  versionName: "first",
  versionDescription: "the first",
  description: "triage of tickets",
  tags: ["a", "b"],
};
const plain = {
  path: "support/plain",
  model: "gpt-4o",
  template: [{ role: "user", content: "Say {{what}}" }],
};

await step("upsert", () => hl.prompts.upsert(triage));
await step("upsertAgain", () => hl.prompts.upsert(triage));
await step("upsertChanged", () => hl.prompts.upsert({ ...triage, temperature: 0.9, versionName: "second" }));
await step("upsertPlain", () => hl.prompts.upsert(plain));
const { id } = result.upsert;
const second = result.upsertChanged.versionId;
await step("nameTaken", () => hl.prompts.upsert({ ...triage, temperature: 0.7, versionName: "first" }));
await step("get", () => hl.prompts.get(id));
await step("getVersion", () => hl.prompts.get(id, { versionId: second }));
await step("getMissing", () => hl.prompts.get("pr_000000000000000000000"));
await step("list", async () => (await all(await hl.prompts.list({ size: 1 }))).map(({ path }) => path));
await step("listVersions", async () =>
  (await hl.prompts.listVersions(id)).records.map((one) => one.versionId),
);
await step("rename", () => hl.prompts.patchPromptVersion(id, second, { name: "renamed", description: "d2" }));
await step("renameTaken", () => hl.prompts.patchPromptVersion(id, second, { name: "first" }));
await step("populate", () => hl.prompts.populate(id, { body: { topic: "cats" } }));
await step("environments", () => hl.prompts.listEnvironments(id));
const staging = (result.environments ?? []).find(({ name }) => name === "staging");
await step("deploy", () => hl.prompts.setDeployment(id, staging.id, { versionId: second }));
await step("getStaging", () => hl.prompts.get(id, { environment: "staging" }));
await step("getDefault", () => hl.prompts.get(id));
await step("getNowhere", () => hl.prompts.get(id, { environment: "nowhere" }));
await step("deleteDeployed", () => hl.prompts.deletePromptVersion(id, second));
await step("undeploy", () => hl.prompts.removeDeployment(id, staging.id));
await step("deleteVersion", () => hl.prompts.deletePromptVersion(id, second));
await step("monitoring", () =>
  hl.prompts.updateMonitoring(id, { activate: [{ evaluatorVersionId: "evv_1" }], deactivate: [] }),
);

await step("call", () =>
  hl.prompts.call({
    path: "support/plain",
    inputs: { what: "hello" },
    messages: [{ role: "user", content: "now" }],
    metadata: { ticketId: 7 },
    user: "ada",
    source: "peer",
    promptsCallRequestEnvironment: "label",
    numSamples: 2,
  }),
);
await step("callKernel", () =>
  hl.prompts.call({
    path: "made/on-the-spot",
    prompt: { model: "gpt-4o", template: [{ role: "user", content: "Say {{what}}" }] },
    inputs: { what: "hi" },
  }),
);
await step("callTools", () => hl.prompts.call({ path: "support/triage", inputs: { topic: "tools" } }));
await step("callMissing", () => hl.prompts.call({ path: "support/plain", inputs: {} }));
await step("callUnknown", () => hl.prompts.call({ path: "no/such" }));
await step("callMock", () =>
  hl.prompts.call({ path: "made/mock", prompt: { model: "gpt-4o", provider: "mock", template: "Hi" } }),
);
await step("callOwnKey", () =>
  hl.prompts.call({
    path: "support/plain",
    inputs: { what: "key" },
    providerApiKeys: { openai: process.env.OWN_KEY },
  }),
);
await step("callFailing", () => hl.prompts.call({ path: "support/plain", inputs: { what: "FAIL 400" } }));
await step("callLogId", () =>
  hl.prompts.call({ path: "support/plain", inputs: { what: "id" }, logId: "log_mine", returnInputs: false }),
);
await step("callLogIdTaken", () =>
  hl.prompts.call({ path: "support/plain", inputs: { what: "id" }, logId: "log_mine" }),
);
await step("callNotSaved", () =>
  hl.prompts.call({ path: "support/plain", inputs: { what: "hushed" }, save: false }),
);

await step("stream", () => chunksOf({ path: "support/plain", inputs: { what: "stream" }, numSamples: 2 }));
await step("streamDone", () => chunksOf({ path: "support/plain", inputs: { what: "DONETEXT" } }));
await step("streamUtf8", () => chunksOf({ path: "support/plain", inputs: { what: "UTF8" } }));
await step("streamBreak", () => chunksOf({ path: "support/plain", inputs: { what: "LONG" } }, 2));
await step("streamAbort", async () => {
  const leaving = new AbortController();
  const stream = await hl.prompts.callStream(
    { path: "support/plain", inputs: { what: "LONG" } },
    { abortSignal: leaving.signal },
  );
  try {
    for await (const _ of stream) leaving.abort();
  } catch (error) {
    return { aborted: error.name };
  }
  return { aborted: "silently" };
});
await step("streamUnknown", () => chunksOf({ path: "no/such" }));
await step("streamFailing", () => chunksOf({ path: "support/plain", inputs: { what: "FAIL 400" } }));
await step("streamBroken", () => chunksOf({ path: "support/plain", inputs: { what: "BREAK" } }));

await step("log", () =>
  hl.prompts.log({
    path: "support/logged",
    prompt: { model: "gpt-4o", template: [{ role: "user", content: "Q {{q}}" }] },
    inputs: { q: "why" },
    messages: [{ role: "user", content: "Q why" }],
    output: "because",
    outputMessage: { role: "assistant", content: "because" },
    promptTokens: 3,
    outputTokens: 1,
    providerLatency: 0.5,
    startTime: new Date("2026-11-20T10:00:00Z"),
    endTime: new Date("2026-11-20T10:00:01Z"),
    createdAt: new Date("2026-11-20T10:00:01Z"),
    providerRequest: { aB: 1 },
  }),
);
const logged = result.log;
await step("updateLog", () =>
  hl.prompts.updateLog(logged.promptId, logged.id, { output: "changed", outputTokens: 2 }),
);
await step("feedback", () =>
  hl.evaluators.log({
    path: "human/rating",
    parentId: logged.id,
    judgment: true,
    spec: { argumentsType: "target_free", returnType: "boolean", evaluatorType: "human" },
  }),
);
await step("logGet", () => hl.logs.get(logged.id));
await step("logs", async () =>
  (await all(await hl.logs.list({ fileId: logged.promptId, size: 5 }))).map((one) => one.id),
);
await step("logsDelete", () => hl.logs.delete({ id: logged.id }));
await step("logGone", () => hl.logs.get(logged.id));

await step("flowLog", () =>
  hl.flows.log({
    path: "flows/own",
    flow: { attributes: { v: 1 } },
    logStatus: "incomplete",
    inputs: { q: 1 },
  }),
);
await step("flowUpdate", () =>
  hl.flows.updateLog(result.flowLog.id, {
    logStatus: "complete",
    output: "end",
    messages: [{ role: "user", content: "m" }],
  }),
);
await step("flowLogGet", () => hl.logs.get(result.flowLog.id));

await step("files", () => hl.files.listFiles({ size: 2, type: ["prompt"] }));
await step("fileByPath", () => hl.files.retrieveByPath({ path: "support/plain" }));
await step("directoryCreate", () => hl.directories.create({ path: "empty/folder" }));
await step("directories", async () => (await hl.directories.list()).map(({ path }) => path));
await step("directory", async () => {
  const known = (await hl.directories.list()).find(({ path }) => path === "support");
  return hl.directories.get(known.id);
});
await step("directoryEmpty", () => hl.directories.get(result.directoryCreate.id));
await step("directoryUpdate", () => hl.directories.update(result.directoryCreate.id, { name: "other" }));
await step("directoryDelete", () => hl.directories.delete(result.directoryUpdate.id));

await step("move", () => hl.prompts.move(id, { path: "support/moved here" }));
await step("delete", () => hl.prompts.delete(id));
await step("getDeleted", () => hl.prompts.get(id));
console.log(JSON.stringify(result));
