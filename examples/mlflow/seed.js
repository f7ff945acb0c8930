// Records the calls of an application in the experiment `tweets`, as its OpenTelemetry exporter does. Every tenth
// answer is wrong, and a reviewer's expectation corrects it. A second run adds no traces.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

const server = (process.env.MLFLOW_TRACKING_URI ?? "http://127.0.0.1:5000").replace(/\/+$/, "");
const { MLFLOW_TRACKING_USERNAME: username, MLFLOW_TRACKING_PASSWORD: password } = process.env;
const authorization =
  username === undefined
    ? {}
    : { authorization: `Basic ${Buffer.from(`${username}:${password ?? ""}`).toString("base64")}` };
const labels = ["positive", "negative", "neutral"];
const spansPerRequest = 100;

const tweets = readFileSync(new URL("../quickstart/data/tweets.jsonl", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line));

const experiment = await experimentId("tweets");
const calls = tweets.map(({ inputs, expectations }, at) => {
  const expected = expectations.expected_response;
  const isCorrected = at % 10 === 0;
  const answer = isCorrected ? labels.find((label) => label !== expected) : expected;
  const traceId = createHash("sha256").update(inputs.text).digest("hex").slice(0, 32);
  return { traceId, inputs, answer, expected, isCorrected };
});
for (let at = 0; at < calls.length; at += spansPerRequest) {
  const spans = calls.slice(at, at + spansPerRequest).map((call, index) => spanOf(call, at + index));
  await post(
    "/v1/traces",
    { resourceSpans: [{ scopeSpans: [{ spans }] }] },
    { "x-mlflow-experiment-id": experiment },
  );
}
let corrected = 0;
for (const { traceId, expected, isCorrected } of calls) {
  if (!isCorrected || (await isReviewed(`tr-${traceId}`))) continue;
  corrected++;
  await post(`/api/3.0/mlflow/traces/tr-${traceId}/assessments`, {
    assessment: {
      assessment_name: "expected_response",
      trace_id: `tr-${traceId}`,
      source: { source_type: "HUMAN", source_id: "reviewer" },
      expectation: { value: expected },
    },
  });
}
console.log(`${calls.length} traces in the experiment tweets at ${server}, ${corrected} answers corrected`);

function spanOf({ traceId, inputs, answer }, at) {
  const startMs = Date.now() - (calls.length - at) * 1000;
  const text = (key, value) => ({ key, value: { stringValue: JSON.stringify(value) } });
  return {
    traceId,
    spanId: traceId.slice(0, 16),
    name: "classify",
    kind: 1,
    startTimeUnixNano: `${startMs}000000`,
    endTimeUnixNano: `${startMs + 200}000000`,
    status: { code: 1 },
    attributes: [
      text("mlflow.spanType", "LLM"),
      text("mlflow.spanInputs", inputs),
      text("mlflow.spanOutputs", answer),
    ],
  };
}

async function experimentId(name) {
  const query = `experiment_name=${encodeURIComponent(name)}`;
  const found = await request(`/api/2.0/mlflow/experiments/get-by-name?${query}`, {});
  if (found.ok) return (await found.json()).experiment.experiment_id;
  return (await post("/api/2.0/mlflow/experiments/create", { name })).experiment_id;
}

async function isReviewed(traceId) {
  const found = await request(`/api/3.0/mlflow/traces/${traceId}`, {});
  const { trace } = await found.json();
  return (trace?.trace_info?.assessments ?? []).length > 0;
}

async function post(path, body, headers = {}) {
  const answer = await request(path, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${(await answer.text()).slice(0, 500)}`);
  const text = await answer.text();
  return text === "" ? {} : JSON.parse(text);
}

function request(path, { headers, ...init }) {
  return fetch(`${server}${path}`, { ...init, headers: { ...authorization, ...headers } });
}
