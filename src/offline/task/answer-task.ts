import { chanceOf } from "../chance.ts";
import { type OfflineRequest, type Strength, strengthOf } from "../request.ts";
import { contentStems } from "../stems.ts";
import { extract } from "./extraction.ts";
import { intentOf, inventLabel } from "./intent.ts";
import { readInstruction } from "./read-instruction.ts";
import type { FormatReading, Reading } from "./reading.ts";
import { sentimentOf } from "./sentiment.ts";
import { splitTask } from "./split-task.ts";

/** Share of rows that a model answers at length if the prompt does not specify a format. */
const chattiness: Readonly<Record<Strength, number>> = { small: 0.5, large: 0.1 };

/**
 * Words a label: bare if the prompt asks for it, otherwise in a sentence for many rows. Depends on the row alone.
 */
function wordLabel(label: string, reading: Reading, data: string, strength: Strength): string {
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

/** Words a JSON answer: fenced or with an introduction unless the prompt asks for bare JSON. */
function wordJson(value: unknown, reading: Reading, data: string, strength: Strength): string {
  const json = JSON.stringify(value);
  const chance = chanceOf("json", data);
  if (reading.format.isJsonBare || chance >= chattiness[strength]) return json;
  const fenced = `\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\``;
  return chance < chattiness[strength] / 2 ? fenced : `Here is the JSON you asked for:\n${json}`;
}

/** The answer to a task request. */
export function answerTask(request: OfflineRequest): string {
  const { instruction, data } = splitTask(request);
  const reading = readInstruction(instruction);
  const strength = strengthOf(request.model);
  if (reading.keys.length > 0) return wordJson(extract(data, reading, strength), reading, data, strength);
  if (reading.isSentiment) {
    const label = sentimentOf(data, reading.rules, strength, reading.labels);
    return wordAnswer(label);
  }
  if (reading.labels.length > 1) return wordAnswer(intentOf(data, reading, strength));
  if (/\b(?:intent|categor\w+|classif\w+|label)\b/i.test(instruction)) return wordAnswer(inventLabel(data));
  return freeAnswer(instruction, data, strength);

  function wordAnswer(label: string): string {
    if (reading.format.wantsJson) return wordJson({ label }, reading, data, strength);
    return wordLabel(label, reading, data, strength);
  }
}

/**
 * The answer to an unrecognized task: the sentence of the data that shares most words with the rest and with the
 * instruction. It never adds a fact.
 */
function freeAnswer(instruction: string, data: string, strength: Strength): string {
  const sentences = data
    .split(/(?<=[.!?])\s+|\n+/)
    .map((one) => one.trim())
    .filter((one) => one !== "");
  const counts = new Map<string, number>();
  for (const stem of contentStems(data)) counts.set(stem, (counts.get(stem) ?? 0) + 1);
  for (const stem of contentStems(instruction))
    if (counts.has(stem)) counts.set(stem, (counts.get(stem) ?? 0) + 1);
  const weigh = (sentence: string): number => {
    const stems = new Set(contentStems(sentence));
    return [...stems].reduce((sum, stem) => sum + (counts.get(stem) ?? 0), 0) / Math.sqrt(1 + stems.size);
  };
  const best = sentences.reduce((top, one) => (weigh(one) > weigh(top) ? one : top), sentences[0] ?? "");
  if (best === "") return "There is nothing to work on.";
  if (/\bupper-?case\b/i.test(instruction)) return best.toUpperCase();
  const isBare = /\b(?:only|nothing else|one sentence|short)\b/i.test(instruction);
  return isBare || strength === "large" ? best : `In short: ${best}`;
}
