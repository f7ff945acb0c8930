import { chanceOf } from "../chance.ts";
import type { Strength } from "../request.ts";
import type { FormatReading, Reading } from "./reading.ts";

/** Share of rows a model answers at length when the prompt does not say how to answer. */
const chattiness: Readonly<Record<Strength, number>> = { small: 0.5, large: 0.1 };

/** A label as the model says it: bare when told so, else for many rows in a sentence. Depends on the row alone. */
export function wordLabel(label: string, reading: Reading, data: string, strength: Strength): string {
  const spelled = spell(label, reading.format);
  if (reading.format.isVerbose) return sentenceWith(spelled, reading, 0);
  if (reading.format.isBare || chanceOf("wording", data) >= chattiness[strength]) return spelled;
  return sentenceWith(spelled, reading, chanceOf("sentence", data));
}

function spell(label: string, format: FormatReading): string {
  if (format.letters === "lower") return label.toLowerCase();
  return format.letters === "upper" ? label.toUpperCase() : label;
}

function sentenceWith(label: string, reading: Reading, chance: number): string {
  const other = reading.labels.find((one) => one.toLowerCase() !== label.toLowerCase());
  const subject = reading.isSentiment ? "sentiment of this text" : "best category for this text";
  if (chance < 0.45) return `The ${subject} is ${label}.`;
  if (chance < 0.6 || other === undefined)
    return `${label.charAt(0).toUpperCase()}${label.slice(1)}. That is the ${subject}.`;
  return `This could be read as ${other}, but I would call the ${subject} ${label}.`;
}

/** JSON text as the model says it: fenced or with a word before it, unless told to send it bare. */
export function wordJson(value: unknown, reading: Reading, data: string, strength: Strength): string {
  const json = JSON.stringify(value);
  const chance = chanceOf("json", data);
  if (reading.format.isJsonBare || chance >= chattiness[strength]) return json;
  const fenced = `\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\``;
  return chance < chattiness[strength] / 2 ? fenced : `Here is the JSON you asked for:\n${json}`;
}
