import type { OpenAI as Official, AzureOpenAI as OfficialAzure } from "openai";
import { AzureOpenAI, type DaoOptOptions, OpenAI } from "../../src/client/openai.ts";
import type { TraceStore } from "../../src/contracts/trace-store.ts";
import type { Trace } from "../../src/core/trace.ts";
import {
  type LoopbackOpenAI,
  type LoopbackOptions,
  startLoopbackOpenAI,
} from "../support/loopback-openai.ts";
import { createMemoryTraces, type MemoryTraces } from "../support/memory-traces.ts";

const key = "sk-loopback-0123456789abcdef";

export interface ClientWorld {
  readonly server: LoopbackOpenAI;
  readonly client: OpenAI;
  readonly store: MemoryTraces;
  /** All traces, once they are recorded. */
  traces(): Promise<readonly Trace[]>;
  close(): Promise<void>;
}

/** A local provider and a client of it that records into memory. */
export async function openClientWorld(
  options: LoopbackOptions = {},
  daoOpt: DaoOptOptions = {},
): Promise<ClientWorld> {
  const server = await startLoopbackOpenAI(options);
  const store = createMemoryTraces();
  const client = new OpenAI({
    apiKey: key,
    baseURL: server.baseUrl,
    maxRetries: 0,
    daoOpt: { store, promptName: "greeting", ...daoOpt },
  });
  return {
    server,
    client,
    store,
    async traces() {
      await client.flush();
      return store.kept;
    },
    close: () => server.close(),
  };
}

/** The only trace; throws with the number of traces otherwise. */
export async function onlyTrace(world: Pick<ClientWorld, "traces">): Promise<Trace> {
  const [trace, ...others] = await world.traces();
  if (trace === undefined || others.length > 0) throw new Error(`${others.length + 1} traces`);
  return trace;
}

export type AnyClient = Official;

/** The SDK's client and this project's, with the same setup. */
export function clientPair(
  server: LoopbackOpenAI,
  store: TraceStore | undefined,
): Readonly<Record<"official" | "recording", (sdk: { readonly OpenAI: typeof Official }) => AnyClient>> {
  const options = { apiKey: key, baseURL: server.baseUrl, maxRetries: 0 };
  return {
    official: (sdk) => new sdk.OpenAI(options),
    recording: () =>
      new OpenAI({ ...options, daoOpt: store === undefined ? {} : { store, promptName: "greeting" } }),
  };
}

export function azurePair(
  server: LoopbackOpenAI,
  store: TraceStore | undefined,
): Readonly<
  Record<"official" | "recording", (sdk: { readonly AzureOpenAI: typeof OfficialAzure }) => AnyClient>
> {
  const options = {
    apiKey: key,
    endpoint: server.baseUrl.replace(/\/v1$/, ""),
    apiVersion: "2024-10-21",
    maxRetries: 0,
  };
  return {
    official: (sdk) => new sdk.AzureOpenAI(options),
    recording: () =>
      new AzureOpenAI({ ...options, daoOpt: store === undefined ? {} : { store, promptName: "greeting" } }),
  };
}
