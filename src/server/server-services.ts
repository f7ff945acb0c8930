import type { Config, MlflowRowsReference } from "../config/config.ts";
import type { DatasetStore } from "../contracts/dataset-store.ts";
import type { PromptArchive } from "../contracts/registry.ts";
import type { ConfigScorer } from "../contracts/scorer.ts";
import type { TraceStore } from "../contracts/trace-store.ts";
import type { TemplateRenderer } from "../core/template/template-renderer.ts";
import type { RunStore } from "../run/store/run-store.ts";
import type { ApiKey, Keyring } from "./admission/check-key.ts";
import type { ServerMetrics } from "./server-metrics.ts";

/** Logs a line for the operator, as a warning by default. */
export type ServerLog = (line: string, kind?: "error" | "warning") => void;

/** Services of the routes. The server opens nothing itself. */
export interface GivenServices {
  readonly registry: PromptArchive;
  readonly traces: TraceStore;
  readonly datasets: DatasetStore;
  readonly runs: Pick<
    RunStore,
    "listPart" | "folders" | "find" | "running" | "processOf" | "readPlan" | "readRecord"
  >;
  /** Asks the process of a run to end, as Ctrl-C does. Absent: pages offer no way to stop a run. */
  readonly interruptProcess?: (pid: number) => void;
  readonly clock: { now(): Date; monotonicMs(): number };
  /** Environment variables with provider keys and base URLs. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Models of the config by key: prompt calls only go to their addresses. */
  readonly models?: Config["models"] | undefined;
  /** Prompts and datasets of the config, for what only it knows: locked passages, and files of rows. */
  readonly project?: Pick<Config, "prompts" | "datasets"> | undefined;
  /** The file of rows as last fetched from MLflow; undefined if there is none on this machine. */
  readonly mlflowRows?: ((reference: MlflowRowsReference) => Promise<string | undefined>) | undefined;
  /** Scorers of the config with their judges, for the playground. */
  readonly scorers?: readonly ConfigScorer[] | undefined;
  /** Operator log; never contains keys or bodies. */
  readonly log: ServerLog;
  /** Version of this tool. */
  readonly version: string;
  /** Default: `plainCommandStyle`. */
  readonly commands?: CommandStyle;
}

/** How commands are written that pages show, so that they work where the server was started. */
export interface CommandStyle {
  /** `dao-opt runs list` → `npx dao-opt runs list`, if the tool runs under npx. */
  format(command: string): string;
  /** ` --registry …` with its space; empty for the folder that a command uses anyway. */
  readonly registryFlag: string;
  readonly stateFlag: string;
}

export const plainCommandStyle: CommandStyle = {
  format: (command) => command,
  registryFlag: "",
  stateFlag: "",
};

export interface ServerServices extends GivenServices {
  readonly metrics: ServerMetrics;
  readonly keyring: Keyring;
  readonly templates: TemplateRenderer;
  /** Endpoint origins that a call may specify. */
  readonly allowedEndpoints: readonly string[];
  /** Aborted when the server starts to close: streams without an end then end. */
  readonly closing: AbortSignal;
  /** The content of `/openapi.json`. Call it only while a request is answered. */
  readonly apiDocument: () => object;
  /** Address of the server; undefined before it listens. */
  readonly address: () => ServerAddress | undefined;
}

export interface ServerAddress {
  readonly host: string;
  readonly port: number;
  /** Without a trailing slash. */
  readonly url: string;
}

export interface ServerOptions {
  /** Without keys, every client has full access: only for loopback. */
  readonly apiKeys?: readonly ApiKey[];
  /** Allowed host names; loopback names are always allowed. */
  readonly allowedHosts?: readonly string[];
  /** Endpoint origins that a call may specify. Default: none. */
  readonly allowedEndpoints?: readonly string[];
  /** Default: 20 MiB. */
  readonly bodyLimitBytes?: number;
  /** Default: 128. */
  readonly nestingLimit?: number;
  /** Timeout for request headers. Default: 10 s. */
  readonly headersTimeoutMs?: number;
  /** Timeout for a request with its body. Default: 5 min, because it covers proxy uploads. */
  readonly requestTimeoutMs?: number;
  /** Keep-alive timeout. Default: 30 s. */
  readonly idleTimeoutMs?: number;
}
