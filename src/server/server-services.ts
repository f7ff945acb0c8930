import type { Config } from "../config/config.ts";
import type { DatasetStore } from "../contracts/dataset-store.ts";
import type { PromptArchive } from "../contracts/registry.ts";
import type { TraceStore } from "../contracts/trace-store.ts";
import type { TemplateRenderer } from "../core/template/template-renderer.ts";
import type { RunStore } from "../run/store/run-store.ts";
import type { ApiKey, Keyring } from "./admission/check-key.ts";
import type { ServerMetrics } from "./server-metrics.ts";

/** A line for whoever runs the server: a warning, unless it is called an error. */
export type ServerLog = (line: string, kind?: "error" | "warning") => void;

/** What routes work with. Everything is handed in; nothing is opened by the server. */
export interface GivenServices {
  readonly registry: PromptArchive;
  readonly traces: TraceStore;
  readonly datasets: DatasetStore;
  readonly runs: Pick<RunStore, "list" | "find" | "running" | "readPlan" | "readRecord">;
  readonly clock: { now(): Date; monotonicMs(): number };
  /** Environment names and values, for keys and base URLs of providers. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Models of the config in use, by key: calls of prompts go to their addresses alone. */
  readonly models?: Config["models"] | undefined;
  /** A line for whoever runs the server; never a key, never a body. */
  readonly log: ServerLog;
  /** Of this tool. */
  readonly version: string;
}

export interface ServerServices extends GivenServices {
  readonly metrics: ServerMetrics;
  readonly keyring: Keyring;
  readonly templates: TemplateRenderer;
  /** Origins of endpoints that may come with a call. */
  readonly allowedEndpoints: readonly string[];
  /** Where the server listens; undefined before it does. */
  readonly address: () => ServerAddress | undefined;
}

export interface ServerAddress {
  readonly host: string;
  readonly port: number;
  /** Without a slash at its end. */
  readonly url: string;
}

export interface ServerOptions {
  /** Without any, every caller may do everything: for loopback only. */
  readonly apiKeys?: readonly ApiKey[];
  /** Names the server may be called by. Loopback's own are always taken. */
  readonly allowedHosts?: readonly string[];
  /** Origins of endpoints that may come with a call. Default: none. */
  readonly allowedEndpoints?: readonly string[];
  /** Default: 20 MiB. */
  readonly bodyLimitBytes?: number;
  /** Default: 128. */
  readonly nestingLimit?: number;
  /** Time for the head of a request. Default: 10 s. */
  readonly headersTimeoutMs?: number;
  /** Time for a whole request, its body included. Default: 5 min, for uploads through the proxy count too. */
  readonly requestTimeoutMs?: number;
  /** Time a connection may wait for its next request. Default: 30 s. */
  readonly idleTimeoutMs?: number;
}
