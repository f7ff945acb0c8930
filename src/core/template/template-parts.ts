import { isJsonObject, type JsonObject } from "../data/json.ts";
import type { TimeBudget } from "./time-limit.ts";

/** A text that was read: what it needs, and how it is filled. */
interface PartText {
  readonly all: readonly string[];
  readonly required: readonly string[];
  fill(inputs: JsonObject, budget: TimeBudget): string;
}

interface ReadParts {
  readonly all: readonly string[];
  readonly required: readonly string[];
  fill(inputs: JsonObject, budget: TimeBudget): readonly JsonObject[];
}

/** The variables of a message's parts: those in texts, and in addresses of pictures. */
export function readParts(parts: readonly JsonObject[], read: (text: string) => PartText): ReadParts {
  const readings = parts.map((part) => readPart(part, read));
  return {
    all: readings.flatMap(({ texts }) => texts.flatMap(({ all }) => all)),
    required: readings.flatMap(({ texts }) => texts.flatMap(({ required }) => required)),
    fill: (inputs, budget) => readings.map(({ fill }) => fill(inputs, budget)),
  };
}

function readPart(part: JsonObject, read: (text: string) => PartText) {
  const { text, image_url: picture } = part;
  const texts: PartText[] = [];
  const steps: ((filled: JsonObject, inputs: JsonObject, budget: TimeBudget) => JsonObject)[] = [];
  if (typeof text === "string") {
    const reading = read(text);
    texts.push(reading);
    steps.push((filled, inputs, budget) => ({ ...filled, text: reading.fill(inputs, budget) }));
  }
  if (isJsonObject(picture) && typeof picture["url"] === "string") {
    const reading = read(picture["url"]);
    texts.push(reading);
    steps.push((filled, inputs, budget) => ({
      ...filled,
      image_url: { ...picture, url: reading.fill(inputs, budget) },
    }));
  }
  const fill = (inputs: JsonObject, budget: TimeBudget) =>
    steps.reduce((filled, step) => step(filled, inputs, budget), part);
  return { texts, fill };
}
