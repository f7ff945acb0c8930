import { createHmac, hash, randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { Problem } from "../problem.ts";

/** Access that a request needs; `open` needs no key. */
export type Access = "open" | "read" | "write";

/** An API key of this server with its permission. */
export interface ApiKey {
  readonly value: string;
  readonly isReadOnly?: boolean;
}

/** The server's API keys. Without keys, everything is allowed. */
export interface Keyring {
  readonly isEmpty: boolean;
  /** The problem with a key, or undefined. */
  check(given: string | undefined, access: Access): Problem | undefined;
  /** True if the key is known. */
  holds(given: string): boolean;
  /** Secret of the page's form tokens: the same for all servers with these keys, so that replicas take each other's forms. */
  readonly formSecret: Buffer;
}

/** Compares digests in constant time, so that timing reveals neither length nor prefix. */
export function createKeyring(keys: readonly ApiKey[]): Keyring {
  const digests = keys.map(({ value, isReadOnly }) => ({ digest: digestOf(value), isReadOnly }));
  const find = (given: string) => {
    const digest = digestOf(given);
    // Check every key, so that timing does not reveal which one matched.
    const matches = digests.filter((key) => timingSafeEqual(key.digest, digest));
    return matches[0];
  };
  return {
    isEmpty: keys.length === 0,
    holds: (given) => find(given) !== undefined,
    formSecret: keys.length === 0 ? randomBytes(32) : formSecretOf(keys),
    check(given, access) {
      if (access === "open" || digests.length === 0) return undefined;
      if (given === undefined || given === "") return missingKey;
      const key = find(given);
      if (key === undefined) return { ...missingKey, message: "unknown API key" };
      if (key.isReadOnly === true && access === "write") return readOnlyKey;
      return undefined;
    },
  };
}

/** Reads a key from `X-API-KEY`, `Authorization: Bearer …` or the password of `Basic`, for browsers. */
export function keyOfHeaders(headers: IncomingHttpHeaders): string | undefined {
  const own = headers["x-api-key"];
  if (typeof own === "string") return own;
  const [, scheme = "", rest = ""] = /^(\S+)\s+(.*)$/.exec(headers.authorization ?? "") ?? [];
  if (scheme.toLowerCase() === "bearer") return rest.trim();
  if (scheme.toLowerCase() !== "basic") return undefined;
  return Buffer.from(rest, "base64")
    .toString("utf8")
    .replace(/^[^:]*:/, "");
}

const missingKey: Problem = {
  status: 401,
  code: "unauthorized",
  message: "this server requires an API key",
  hint: "send it as X-API-KEY or Authorization: Bearer",
  headers: { "www-authenticate": 'Bearer realm="dao-opt", Basic realm="dao-opt", charset="UTF-8"' },
};

const readOnlyKey: Problem = {
  status: 403,
  code: "read_only_key",
  message: "this API key is read-only",
};

function digestOf(text: string): Buffer {
  return hash("sha256", text, "buffer");
}

function formSecretOf(keys: readonly ApiKey[]): Buffer {
  const values = keys.map(({ value, isReadOnly }) => [value, isReadOnly === true]);
  return createHmac("sha256", JSON.stringify(values.sort())).update("form tokens").digest();
}
