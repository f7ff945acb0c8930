import { hash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { Problem } from "../problem.ts";

/** What a request wants to do: `open` needs no key at all. */
export type Access = "open" | "read" | "write";

/** A key of this server, with what it may do. */
export interface ApiKey {
  readonly value: string;
  readonly isReadOnly?: boolean;
}

/** The server's keys. Without any, everything is allowed. */
export interface Keyring {
  readonly isEmpty: boolean;
  /** The problem with a given key, if there is one. */
  check(given: string | undefined, access: Access): Problem | undefined;
  /** Is it one of ours? */
  holds(given: string): boolean;
}

/** Compares digests, so that neither the length nor a right beginning of a guess shows in the time taken. */
export function createKeyring(keys: readonly ApiKey[]): Keyring {
  const digests = keys.map(({ value, isReadOnly }) => ({ digest: digestOf(value), isReadOnly }));
  const find = (given: string) => {
    const digest = digestOf(given);
    // Every key is looked at: which one matched takes no part in the time either.
    const matches = digests.filter((key) => timingSafeEqual(key.digest, digest));
    return matches[0];
  };
  return {
    isEmpty: keys.length === 0,
    holds: (given) => find(given) !== undefined,
    check(given, access) {
      if (access === "open" || digests.length === 0) return undefined;
      if (given === undefined || given === "") return missingKey;
      const key = find(given);
      if (key === undefined) return { ...missingKey, message: "this API key is not one of this server's" };
      if (key.isReadOnly === true && access === "write") return readOnlyKey;
      return undefined;
    },
  };
}

/** `X-API-KEY`, `Authorization: Bearer …`, or the password of `Basic`, which browsers can send. */
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
  message: "this server wants an API key",
  hint: "send it as X-API-KEY, or as Authorization: Bearer",
  headers: { "www-authenticate": 'Bearer realm="dao-opt", Basic realm="dao-opt", charset="UTF-8"' },
};

const readOnlyKey: Problem = {
  status: 403,
  code: "read_only_key",
  message: "this API key may read only",
};

function digestOf(text: string): Buffer {
  return hash("sha256", text, "buffer");
}
