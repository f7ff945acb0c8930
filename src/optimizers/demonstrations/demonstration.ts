import type { OptimizationTask } from "../../contracts/optimizer.ts";
import type { JsonObject } from "../../core/data/json.ts";

/** A text that demonstrations can be put into. */
export interface DemonstrationPlace {
  /** Name of the text. */
  readonly text: string;
  /** Inputs that a demonstration shows, in the order of the prompt; undefined shows all inputs. */
  readonly fields?: readonly string[];
}

/**
 * Returns one text for each prompt that uses inputs of the rows: the system message of a chat prompt,
 * otherwise its first text. If no prompt uses inputs (an agent adds them itself), returns the first prompt's
 * text with all inputs. Agent prompts that only see the output of other prompts are left out.
 */
export function demonstrationPlaces({
  seed,
  train,
  contract,
}: OptimizationTask): readonly DemonstrationPlace[] {
  const inputs = new Set(train.flatMap((row) => Object.keys(row.inputs)));
  const places = textsByPrompt(Object.keys(seed.texts)).map((names) => {
    const variables = new Set(names.flatMap((name) => contract.variables[name] ?? []));
    return {
      text: names.find(isSystem) ?? names[0] ?? "",
      fields: [...variables].filter((one) => inputs.has(one)),
    };
  });
  const using = places.filter(({ fields }) => fields.length > 0);
  return using.length > 0 ? using : places.slice(0, 1).map(({ text }) => ({ text }));
}

// `key#index:role` names a message of a chat prompt, `key` a text prompt (core/prompt/prompt-texts.ts).
const messageName = /^(.*)#\d+:([^:]*)$/s;

function textsByPrompt(names: readonly string[]): readonly (readonly string[])[] {
  const prompts = new Map<string, string[]>();
  for (const name of names) {
    const key = messageName.exec(name)?.[1] ?? name;
    prompts.set(key, [...(prompts.get(key) ?? []), name]);
  }
  return [...prompts.values()];
}

function isSystem(name: string): boolean {
  return /^(system|developer)$/.test(messageName.exec(name)?.[2] ?? "");
}

/** A train row with an answer that can be shown as correct. */
export interface Demonstration {
  /** Id of the row. */
  readonly row: string;
  readonly inputs: JsonObject;
  readonly answer: string;
  /** The current prompt got the row wrong, so showing it is likely to help. */
  readonly isHard: boolean;
}

/** Demonstrations in display order, keyed by the name of their text. */
export type DemonstrationSets = Readonly<Record<string, readonly Demonstration[]>>;
