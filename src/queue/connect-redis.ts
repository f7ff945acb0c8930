import { randomBytes } from "node:crypto";
import type { Redis, RedisOptions } from "ioredis";
import { QueueError } from "../core/errors.ts";
import type { Secret } from "../core/text/secret.ts";
import { loadPackage } from "../models/native/load-package.ts";
import { keyPrefix } from "./queue-keys.ts";

type Bull = typeof import("bullmq");

/** The optional packages. Rejects with QueueError, with the line that installs them. */
export async function loadQueuePackages(): Promise<{
  readonly Redis: new (url: string, options: RedisOptions) => Redis;
  readonly bull: Bull;
}> {
  const [ioredis, bull] = await Promise.all(["ioredis", "bullmq"].map(load));
  const own = ioredis?.["Redis"] ?? ioredis?.["default"];
  return { Redis: own as never, bull: bull as unknown as Bull };
}

async function load(name: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return await loadPackage({ name, provider: "workers" });
  } catch (cause) {
    const isMissing = cause instanceof Error && cause.message.includes("which is not installed");
    const reason = isMissing ? `the package ${name}, which is not installed` : String(cause);
    throw new QueueError(`workers need ${reason}`, { hint: "npm install bullmq ioredis", cause });
  }
}

/** The address of a queue for people: without user, password and options. */
export function shownQueue(url: Secret): string {
  const text = url.reveal();
  if (!URL.canParse(text)) return text.replace(/\/\/.*@/s, "//").replace(/[?#].*$/s, "");
  const { protocol, host, pathname } = new URL(text);
  return `${protocol}//${host}${pathname}`.replace(/\/+$/, "");
}

/** Throws QueueError unless the address is one of Redis. */
export function checkQueueUrl(url: Secret): void {
  const text = url.reveal();
  const read = /^rediss?:\/\//.test(text) && URL.canParse(text) ? new URL(text) : undefined;
  if (read === undefined || read.hostname === "" || secretsOf(url) === undefined)
    throw new QueueError(`${shownQueue(url)} is no address of a queue`, {
      hint: "write redis://host:6379, or rediss:// for TLS; special characters of a password are percent-encoded",
    });
  if (!/^\/?\d*$/.test(read.pathname))
    throw new QueueError(`${shownQueue(url)} has no number of a database after the host`, {
      hint: "end the address with its host and port, or with a number such as redis://host:6379/2",
    });
}

/** The password as it is and as the address has it; undefined if it cannot be decoded. */
function secretsOf(url: Secret): readonly string[] | undefined {
  if (!URL.canParse(url.reveal())) return undefined;
  const { username, password, searchParams } = new URL(url.reveal());
  try {
    decodeURIComponent(username);
    const all = [decodeURIComponent(password), password, ...searchParams.getAll("password")];
    return all.filter((one) => one !== "");
  } catch {
    return undefined;
  }
}

const connectTimeoutMs = 5_000;
const longestPauseMs = 1_000;
const loadingPauseMs = 200;

/**
 * Connects, and checks that the queue can be written. From then on, a lost connection is opened again and commands
 * wait for it. Rejects with QueueError.
 */
export async function connectRedis(url: Secret, connectionName: string): Promise<Redis> {
  checkQueueUrl(url);
  const { Redis } = await loadQueuePackages();
  let isConnected = false;
  let movedMs = Number.NEGATIVE_INFINITY;
  const client = new Redis(url.reveal(), {
    connectionName,
    connectTimeout: connectTimeoutMs,
    lazyConnect: true,
    maxRetriesPerRequest: null,
    // It asks INFO, which users of managed servers may not: see below.
    enableReadyCheck: false,
    retryStrategy: (tries) => (isConnected ? Math.min(longestPauseMs, tries * 50) : null),
    // After a failover, the name may already lead to the new primary, and this connection to the old one.
    reconnectOnError(error) {
      if (!isConnected || !error.message.startsWith("READONLY")) return false;
      const isAgain = performance.now() - movedMs < longestPauseMs;
      if (!isAgain) movedMs = performance.now();
      return !isAgain;
    },
  });
  let first: Error | undefined;
  client.on("error", (error: Error) => {
    first ??= error;
  });
  try {
    await within(
      (async () => {
        await client.connect();
        await loaded(client);
        // A database that does not exist is only reported here, and the first one is used instead.
        if (first !== undefined) throw first;
        await client.set(`${keyPrefix}:probe:${randomBytes(8).toString("hex")}`, "1", "PX", 1_000);
        // A later connection waits until Redis has loaded its data.
        client.options.enableReadyCheck = await client.info("persistence").then(
          () => true,
          () => false,
        );
      })(),
      connectTimeoutMs,
    );
    isConnected = true;
    return client;
  } catch (error) {
    client.disconnect();
    throw queueErrorOf(isVague(error) ? (first ?? error) : error, url);
  }
}

/** Opens connections again when another one to the same address was lost: it may lead elsewhere now. */
export function followTo(connections: readonly Redis[]): void {
  for (const one of connections) if (one.status === "ready") one.disconnect(true);
}

/** What may go wrong with Redis itself; nothing if it may not be asked. */
export async function queueWarnings(client: Redis): Promise<readonly string[]> {
  const memory = await client.info("memory").catch(() => "");
  const policy = /maxmemory_policy:(\S+)/.exec(memory)?.[1] ?? "noeviction";
  return policy === "noeviction"
    ? []
    : [`maxmemory-policy is ${policy}: a full Redis would drop jobs; set it to noeviction`];
}

async function loaded(client: Redis): Promise<void> {
  for (const startedMs = performance.now(); ; ) {
    try {
      await client.ping();
      return;
    } catch (error) {
      const isLate = performance.now() - startedMs > connectTimeoutMs - 2 * loadingPauseMs;
      if (isLate || !(error instanceof Error) || !error.message.startsWith("LOADING")) throw error;
      await new Promise((resolve) => setTimeout(resolve, loadingPauseMs));
    }
  }
}

/** A server that accepts the connection and never answers is unreachable too. */
function within<Result>(work: Promise<Result>, durationMs: number): Promise<Result> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer within ${durationMs / 1000} s`)), durationMs);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

function isVague(error: unknown): boolean {
  return error instanceof Error && /^Connection is closed/.test(error.message);
}

interface QueueFault {
  readonly pattern: RegExp;
  /** What the queue does; absent if it cannot be reached. */
  readonly text?: string;
  readonly hint: string;
  /** The server's words say more. */
  readonly isQuoted?: true;
}

const faults: readonly QueueFault[] = [
  {
    pattern: /WRONGPASS|NOAUTH|invalid password|AUTH failed|without any password/i,
    text: "refuses the password",
    hint: "put user and password into the address: redis://user:${env:REDIS_PASSWORD}@host:6379",
  },
  {
    pattern: /NOPERM/,
    text: "does not let this user do that",
    hint: "the user needs all commands on keys and channels dao-opt:*",
    isQuoted: true,
  },
  {
    pattern: /READONLY/,
    text: "can only be read",
    hint: "use the address of the primary, not of a replica",
  },
  {
    pattern: /OOM command|maxmemory/,
    text: "is full",
    hint: "raise maxmemory, or remove other data; the policy must be noeviction",
  },
  {
    pattern: /MISCONF/,
    text: "cannot save its data and takes no writes",
    hint: "see the log of Redis",
  },
  {
    pattern: /LOADING/,
    text: "is still loading its data",
    hint: "start again when it has; a queue needs no saved data",
  },
  {
    pattern: /CROSSSLOT|MOVED|cluster mode/,
    text: "is a cluster, which cannot hold a queue",
    hint: "use one Redis or Valkey without cluster mode, with or without replicas",
  },
  {
    pattern: /DB index|invalid DB/i,
    text: "has no database of that number",
    hint: "take the number out of the address, or raise databases in the settings of Redis",
  },
  {
    pattern: /certificate|altnames/i,
    hint: "name the file of its certificate authority in NODE_EXTRA_CA_CERTS",
  },
];

/** The error of a queue, in words. Never holds the password. */
export function queueErrorOf(error: unknown, url: Secret): QueueError {
  if (error instanceof QueueError) return error;
  // Redis repeats the arguments of commands that it does not have.
  const said = error instanceof Error ? error.message : String(error);
  const reason = (secretsOf(url) ?? []).reduce((text, secret) => text.replaceAll(secret, "…"), said);
  const { text, hint, isQuoted } = faults.find(({ pattern }) => pattern.test(reason)) ?? {
    hint: "check that Redis or Valkey is running there and that the address, port and TLS (rediss://) are right",
  };
  const fault = text ?? "cannot be reached";
  const isWhole = text !== undefined && isQuoted !== true;
  return new QueueError(`the queue ${shownQueue(url)} ${fault}${isWhole ? "" : `: ${reason}`}`, {
    hint,
    // An error's text may hold the password too.
    ...(reason === said ? { cause: error } : {}),
  });
}

/** Whether waiting cannot help: the password or the rights were changed. */
export function isRefusal(error: unknown): boolean {
  return error instanceof Error && /^(WRONGPASS|NOAUTH|NOPERM)/.test(error.message);
}

/** Whether waiting may help: the queue is full, starting, or taking over. */
export function isPassing(error: unknown): boolean {
  return (
    error instanceof Error &&
    /^(OOM|LOADING|READONLY|MISCONF|MASTERDOWN|CLUSTERDOWN|BUSY|TRYAGAIN)/.test(error.message)
  );
}
