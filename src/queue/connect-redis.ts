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
  if (/^rediss?:\/\//.test(text) && URL.canParse(text)) return;
  throw new QueueError(`${shownQueue(url)} is no address of a queue`, {
    hint: "write redis://host:6379, or rediss:// for TLS; special characters of a password are percent-encoded",
  });
}

const connectTimeoutMs = 5_000;
const longestPauseMs = 1_000;

/**
 * Connects, and checks that the queue can be written. From then on, a lost connection is opened again and commands
 * wait for it. Rejects with QueueError.
 */
export async function connectRedis(url: Secret, connectionName: string): Promise<Redis> {
  checkQueueUrl(url);
  const { Redis } = await loadQueuePackages();
  let isConnected = false;
  const client = new Redis(url.reveal(), {
    connectionName,
    connectTimeout: connectTimeoutMs,
    lazyConnect: true,
    maxRetriesPerRequest: null,
    retryStrategy: (tries) => (isConnected ? Math.min(longestPauseMs, tries * 50) : null),
  });
  let first: Error | undefined;
  client.on("error", (error: Error) => {
    first ??= error;
  });
  try {
    await within(
      (async () => {
        await client.connect();
        await client.ping();
        await client.set(`${keyPrefix}:probe:${randomBytes(8).toString("hex")}`, "1", "PX", 1_000);
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

const causes: readonly (readonly [RegExp, string, string])[] = [
  [
    /WRONGPASS|NOAUTH|invalid password|AUTH failed|without any password/i,
    "refuses the password",
    "put user and password into the address: redis://user:${env:REDIS_PASSWORD}@host:6379",
  ],
  [/NOPERM/, "does not let this user do that", "the user needs all commands on keys and channels dao-opt:*"],
  [/READONLY/, "can only be read", "use the address of the primary, not of a replica"],
  [
    /OOM command|maxmemory/,
    "is full",
    "raise maxmemory, or remove other data; the policy must be noeviction",
  ],
  [/MISCONF/, "cannot save its data and takes no writes", "see the log of Redis"],
];

/** The error of a queue, in words. Never holds the password. */
export function queueErrorOf(error: unknown, url: Secret): QueueError {
  if (error instanceof QueueError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  const known = causes.find(([pattern]) => pattern.test(reason));
  const shown = shownQueue(url);
  if (known !== undefined)
    return new QueueError(`the queue ${shown} ${known[1]}`, { hint: known[2], cause: error });
  return new QueueError(`the queue ${shown} cannot be reached: ${reason}`, {
    hint: "check that Redis or Valkey is running there and that the address, port and TLS (rediss://) are right",
    cause: error,
  });
}

/** Whether waiting may help: the queue is full, starting, or taking over. */
export function isPassing(error: unknown): boolean {
  return (
    error instanceof Error &&
    /^(OOM|LOADING|READONLY|MISCONF|MASTERDOWN|CLUSTERDOWN|BUSY|TRYAGAIN)/.test(error.message)
  );
}
