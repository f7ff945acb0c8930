import { memoize } from "../remember.ts";
import { arePolar } from "./polarity.ts";
import { readDefinitions } from "./read-definitions.ts";
import { readKeys } from "./read-keys.ts";
import { readLabels } from "./read-labels.ts";
import { readFormat, readRules } from "./read-rules.ts";
import type { Reading } from "./reading.ts";

const sentimental = /\b(?:sentiment|feelings?|mood|tone|polarity|attitude|opinion|emotions?)\b/i;

/** What an instruction states. Kept per instruction: rows of one prompt share it. */
export const readInstruction: (instruction: string) => Reading = memoize((instruction) => {
  const keys = readKeys(instruction);
  const labels = keys.length > 0 ? [] : readLabels(instruction);
  const values = keys.length > 0 ? keys.flatMap((key) => key.values) : labels;
  return {
    labels,
    isSentiment: arePolar(labels) || (labels.length === 0 && sentimental.test(instruction)),
    keys,
    format: readFormat(instruction),
    rules: readRules(instruction, values),
    definitions: readDefinitions(instruction, [...new Set(values)]),
    text: instruction,
  };
}, 500);
