import { z } from "zod";

/** An object, or the key or name of one declared elsewhere. */
export function reference<Schema extends z.ZodType>(object: Schema) {
  return z.union([name(), object]);
}

/** A name; not empty. */
export function name() {
  return z.string().min(1);
}

/** Address of a PostgreSQL database; its value is never quoted, because it may hold a password. */
export function databaseUrl() {
  return z.string().refine((text) => /^(postgres(ql)?:\/\/|https:\/\/not-set\.invalid\/)/.test(text), {
    message: "must be an address such as postgres://host/database",
  });
}

/** JSON that is passed through unchanged. */
export function jsonObject() {
  return z.record(z.string(), z.json());
}

export function positive() {
  return z.number().positive();
}

export function positiveInteger() {
  return z.int().positive();
}

/** From 0 to 1. */
export function share() {
  return z.number().min(0).max(1);
}

/** Keys of dao-ai that are accepted so that its files run; they have no effect. */
export function withoutEffect<Key extends string>(keys: readonly Key[]) {
  const entries = keys.map((key) => [
    key,
    z.unknown().optional().describe("from dao-ai; ignored").meta({ deprecated: true }),
  ]);
  return Object.fromEntries(entries) as Record<Key, z.ZodOptional<z.ZodUnknown>>;
}
