import type { JsonObject } from "../../../src/core/data/json.ts";
import { type LoopbackAnswer, type LoopbackMlflow, startLoopbackMlflow } from "./loopback-mlflow.ts";

function shownRun(id: string, { tags, metrics, status, isDeleted }: StoredRun): JsonObject {
  return {
    info: {
      run_id: id,
      experiment_id: "1",
      artifact_uri: `mlflow-artifacts:/1/${id}/artifacts`,
      lifecycle_stage: isDeleted ? "deleted" : "active",
      status,
    },
    data: {
      tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
      metrics: [...new Map(metrics.map((metric) => [metric.key, metric])).values()],
    },
  };
}

interface Shelved {
  readonly version: number;
  readonly body: JsonObject;
}

/** What one run of MLflow got, in order. */
export interface StoredRun {
  readonly name: string;
  readonly tags: Record<string, string>;
  readonly params: Record<string, string>;
  readonly metrics: { readonly key: string; readonly value: number; readonly step: number }[];
  readonly datasets: string[];
  readonly artifacts: Record<string, string>;
  status: string;
  isDeleted: boolean;
}

export interface MlflowStore extends LoopbackMlflow {
  readonly runs: readonly StoredRun[];
  readonly experiments: readonly string[];
}

/** Versions of one prompt, and runs, kept as an open-source server or Unity Catalog would; `fault` may answer first. */
export async function startMlflowStore(
  fault: (path: string, number: number) => LoopbackAnswer | undefined = () => undefined,
): Promise<MlflowStore> {
  const versions: Shelved[] = [];
  const aliases = new Map<string, number>();
  const runs: StoredRun[] = [];
  const experiments: string[] = [];
  let prompt: JsonObject | undefined;
  const missing: LoopbackAnswer = {
    status: 404,
    json: { error_code: "RESOURCE_DOES_NOT_EXIST", message: "none" },
  };
  const modelVersion = ({ version, body }: Shelved) => ({
    ...(body["prompt_version"] as JsonObject | undefined),
    ...body,
    version: String(version),
  });
  const shown = (number: number): LoopbackAnswer => {
    const found = versions.find(({ version }) => version === number);
    return found === undefined ? missing : { json: { model_version: modelVersion(found) } };
  };

  function runAnswer(route: string, body: JsonObject, query: URLSearchParams): LoopbackAnswer | undefined {
    const texts = (key: string) => (body[key] ?? []) as readonly { key: string; value: string }[];
    if (route === "experiments/get-by-name") return missing;
    if (route === "experiments/create") {
      experiments.push(String(body["name"]));
      return { json: { experiment_id: "1" } };
    }
    if (route === "runs/create") {
      const tags = Object.fromEntries(texts("tags").map(({ key, value }) => [key, value]));
      runs.push({
        name: String(body["run_name"]),
        tags,
        params: {},
        metrics: [],
        datasets: [],
        artifacts: {},
        status: "RUNNING",
        isDeleted: false,
      });
      const id = `run-${runs.length}`;
      return {
        json: { run: { info: { run_id: id, artifact_uri: `mlflow-artifacts:/1/${id}/artifacts` } } },
      };
    }
    const id = query.get("run_id") ?? String(body["run_id"]);
    const run = runs[Number(id.replace("run-", "")) - 1];
    if (run === undefined) return route === "runs/get" ? missing : undefined;
    if (route === "runs/get") return { json: { run: shownRun(id, run) } };
    if (route === "metrics/get-history") {
      const key = query.get("metric_key");
      return { json: { metrics: run.metrics.filter((metric) => metric.key === key) } };
    }
    if (route === "runs/log-batch") {
      for (const { key, value } of texts("params")) run.params[key] = value;
      run.metrics.push(...((body["metrics"] ?? []) as unknown as StoredRun["metrics"]));
    } else if (route === "runs/log-inputs") {
      const inputs = body["datasets"] as unknown as readonly { dataset: { name: string } }[];
      run.datasets.push(...inputs.map(({ dataset }) => dataset.name));
    } else if (route === "runs/set-tag") {
      run.tags[String(body["key"])] = String(body["value"]);
    } else if (route === "runs/update") {
      run.status = String(body["status"]);
    }
    return { json: {} };
  }

  const server = await startLoopbackMlflow(({ path, body: text, method }, number) => {
    const [route = "", queryText = ""] = path.replace(/^\/api\/2\.0\/mlflow\//, "").split("?");
    const query = new URLSearchParams(queryText);
    const [, artifactRun, artifact] =
      /mlflow-artifacts\/artifacts\/1\/run-(\d+)\/artifacts\/(.+)$/.exec(path) ?? [];
    const isJson = artifact === undefined && text !== "";
    const body = (isJson ? JSON.parse(text) : {}) as JsonObject;
    if (fault(route, number) === undefined && artifact !== undefined) {
      const run = runs[Number(artifactRun) - 1];
      if (run !== undefined) run.artifacts[artifact] = text;
      return { json: {} };
    }
    const store = () => versions.push({ version: versions.length + 1, body });
    const failed = fault(route, number);
    if (route === "model-versions/create" || route.endsWith("/versions")) store();
    if (failed !== undefined) return failed;
    const last = versions.at(-1);
    switch (route) {
      case "registered-models/get":
        return prompt === undefined ? missing : { json: { registered_model: prompt } };
      case "registered-models/create":
      case "unity-catalog/prompts":
        if (prompt !== undefined)
          return { status: 400, json: { error_code: "ALREADY_EXISTS", message: "there" } };
        prompt = body;
        return { json: { registered_model: body } };
      case "registered-models/search":
        return { json: { registered_models: prompt === undefined ? [] : [prompt] } };
      case "registered-models/alias": {
        if (method === "POST") {
          aliases.set(String(body["alias"]), Number(body["version"]));
          return { json: {} };
        }
        const alias = query.get("alias") ?? "";
        return shown(alias === "latest" ? versions.length : (aliases.get(alias) ?? 0));
      }
      case "model-versions/get":
        return shown(Number(query.get("version")));
      case "model-versions/search":
        return { json: { model_versions: versions.map(modelVersion) } };
      case "model-versions/create":
        return last === undefined ? missing : { json: { model_version: modelVersion(last) } };
      default:
        if (route.endsWith("/versions/search"))
          return { json: { prompt_versions: versions.map(modelVersion) } };
        if (route.endsWith("/versions") && last !== undefined) return { json: modelVersion(last) };
        return runAnswer(route, body, query) ?? { json: {} };
    }
  });
  return { ...server, runs, experiments };
}
