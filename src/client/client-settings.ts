import { randomUUID } from "node:crypto";
import { basename, join, resolve } from "node:path";
import type { TraceSink } from "../contracts/trace-store.ts";
import { UsageError } from "../core/errors.ts";
import { type DaoOptCallOptions, type DaoOptOptions, mergeGiven } from "./client-options.ts";
import type { ClientHost } from "./process-host.ts";

/** Where events are sent. */
export type Destination =
  | { readonly kind: "sink"; readonly sink: TraceSink }
  | { readonly kind: "folder"; readonly folder: string }
  | { readonly kind: "server"; readonly addresses: ServerAddresses; readonly apiKey: string | undefined };

interface ServerAddresses {
  readonly event: string;
  readonly feedback: string;
  readonly updateChain: string;
}

/** Recording settings of a client. */
export interface ClientSettings {
  readonly promptName: string | undefined;
  readonly chatId: string | undefined;
  readonly environment: string | undefined;
  readonly allowsUnnamed: boolean;
  readonly redactsPii: boolean;
  readonly waitsForEvent: boolean;
  readonly destination: Destination;
}

const defaultFolder = join(".dao-opt", "traces");
/** Ending of each address, to derive the others if only one is set. */
const endings = /\/(event|feedback|v1\/updateChain)$/;

/** The options, then Libretto's environment variables. Throws UsageError if both a store and a url are set. */
export function clientSettings(
  given: { readonly daoOpt?: unknown; readonly libretto?: unknown },
  { env }: Pick<ClientHost, "env">,
): ClientSettings {
  const options = mergeGiven<DaoOptOptions>(given.libretto, given.daoOpt);
  return {
    promptName: options.promptName ?? options.promptTemplateName ?? filled(env["LIBRETTO_TEMPLATE_NAME"]),
    chatId: options.chatId ?? filled(env["LIBRETTO_CHAT_ID"]),
    environment: options.environment,
    allowsUnnamed: options.allowUnnamedPrompts === true,
    redactsPii: options.redactPii === true,
    waitsForEvent: options.waitForEvent === true,
    destination: destinationOf(options, env),
  };
}

function destinationOf({ store, url, apiKey }: DaoOptOptions, env: ClientHost["env"]): Destination {
  if (store !== undefined && url !== undefined) {
    throw new UsageError("daoOpt has both a store and a url", { hint: "remove one of them" });
  }
  if (typeof store === "object") return { kind: "sink", sink: store };
  if (store !== undefined) return { kind: "folder", folder: traceFolder(store) };
  const addresses = addressesOf(url, env);
  if (addresses === undefined) return { kind: "folder", folder: traceFolder(defaultFolder) };
  const key = apiKey ?? filled(env["DAO_OPT_API_KEY"]) ?? filled(env["LIBRETTO_API_KEY"]);
  return { kind: "server", addresses, apiKey: key };
}

/** A state folder (`.dao-opt`) stores its traces in a subfolder. */
function traceFolder(folder: string): string {
  const path = resolve(folder);
  return basename(path) === ".dao-opt" ? join(path, "traces") : path;
}

function addressesOf(url: string | undefined, env: ClientHost["env"]): ServerAddresses | undefined {
  const [event, feedback, updateChain] = ["REPORTING", "FEEDBACK", "UPDATE_CHAIN"].map((name) =>
    url === undefined ? filled(env[`LIBRETTO_${name}_URL`]) : undefined,
  );
  const prefix = url ?? filled(env["LIBRETTO_API_PREFIX"]);
  const meant = prefix ?? (event ?? feedback ?? updateChain)?.replace(endings, "");
  if (meant === undefined) return undefined;
  const root = meant.replace(/\/+$/, "");
  const addresses = {
    event: event ?? `${root}/event`,
    feedback: feedback ?? `${root}/feedback`,
    updateChain: updateChain ?? `${root}/v1/updateChain`,
  };
  const wrong = Object.values(addresses).find(
    (address) => !/^https?:\/\/[^/]/.test(address) || !URL.canParse(address),
  );
  if (wrong === undefined) return addresses;
  throw new UsageError(`the address of the server is not an http URL: ${wrong}`, {
    hint: "write it as http://127.0.0.1:4040",
  });
}

function filled(value: string | undefined): string | undefined {
  return value === undefined || value === "" ? undefined : value;
}

/** What is known of a call besides its request. */
export interface CallSettings {
  readonly promptName: string | undefined;
  readonly templateParams: Readonly<Record<string, unknown>> | undefined;
  readonly templateChat: DaoOptCallOptions["templateChat"];
  readonly templateText: string | undefined;
  readonly chatId: string | undefined;
  readonly chainId: string | undefined;
  readonly parentId: string | undefined;
  readonly eventId: string;
  readonly feedbackKey: string;
  readonly context: Readonly<Record<string, unknown>> | undefined;
}

export function callSettings(
  given: { readonly daoOpt?: unknown; readonly libretto?: unknown },
  client: ClientSettings,
): CallSettings {
  const options = mergeGiven<DaoOptCallOptions & { readonly apiName: string }>(given.libretto, given.daoOpt);
  const { promptName, promptTemplateName, apiName, parentEventId } = options;
  return {
    promptName: promptName ?? promptTemplateName ?? client.promptName ?? apiName,
    templateParams: options.templateParams,
    templateChat: options.templateChat,
    templateText: options.templateText,
    chatId: options.chatId ?? client.chatId,
    chainId: options.chainId ?? parentEventId,
    parentId: parentEventId,
    eventId: options.eventId ?? randomUUID(),
    feedbackKey: options.feedbackKey ?? randomUUID(),
    context: options.context,
  };
}
