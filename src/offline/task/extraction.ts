import type { JsonValue } from "../../core/data/json.ts";
import type { Strength } from "../request.ts";
import { pickEnum } from "./extract-enum.ts";
import { pickFlags } from "./extract-flags.ts";
import { pickFree } from "./extract-free.ts";
import { arePolar } from "./polarity.ts";
import type { KeyReading, Reading } from "./reading.ts";
import { sentimentOfLetter } from "./sentiment-of-letter.ts";

/** The JSON object a prompt asks for, key by key, in the order stated. */
export function extract(text: string, reading: Reading, strength: Strength): Record<string, JsonValue> {
  return Object.fromEntries(reading.keys.map((key) => [key.name, valueFor(key, text, reading, strength)]));
}

function valueFor(key: KeyReading, text: string, reading: Reading, strength: Strength): JsonValue {
  if (key.kind === "free") return pickFree(key.name, text);
  if (key.kind === "enum") {
    return arePolar(key.values)
      ? sentimentOfLetter(text, key.values, reading, strength)
      : pickEnum(text, key.values, reading, strength);
  }
  const chosen = pickFlags(text, key.values, reading, strength);
  if (key.kind === "list") return [...chosen];
  return Object.fromEntries(key.values.map((value) => [value, chosen.has(value)]));
}
