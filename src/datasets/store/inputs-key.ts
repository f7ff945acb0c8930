import { hash } from "node:crypto";
import { canonicalJson } from "../../core/data/digest.ts";
import type { JsonObject } from "../../core/data/json.ts";

/** Bytes of a SHA-256 that a key keeps: 128 bits still tell any two inputs apart. */
export const keyBytes = 16;

/**
 * What a row is known by: the SHA-256 of its inputs as key-sorted JSON, first half. Throws when JSON cannot
 * hold them (`unwritableFault`).
 */
export function inputsKey(inputs: JsonObject): Buffer {
  return hash("sha256", canonicalJson(inputs), "buffer").subarray(0, keyBytes);
}

/** The id of the row's example in a run: the first 16 hex digits. */
export function idOfKey(key: Buffer): string {
  return key.toString("hex", 0, 8);
}
