import type { OptimizationTask } from "../../contracts/optimizer.ts";
import type { JsonObject } from "../../core/data/json.ts";

/** A text that demonstrations can be put into. */
export interface DemonstrationPlace {
  /** Name of the text. */
  readonly text: string;
  /** Inputs that a demonstration shows, in the order of the prompt; undefined shows all there are. */
  readonly fields?: readonly string[];
}

/**
 * One text for each prompt that uses inputs of the rows: of a chat prompt the system message, else its
 * first text. Where no prompt uses any (an agent adds the input itself), the first prompt's, with all
 * inputs. Prompts of an agent that only see what other prompts wrote have nothing to be shown.
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

// `key#index:role` names a message of a chat prompt, `key` a text prompt (core/prompt-texts.ts).
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

/** A train row with an answer that may be shown as right. */
export interface Demonstration {
  /** Id of the row. */
  readonly row: string;
  readonly inputs: JsonObject;
  readonly answer: string;
  /** The prompt in force got the row wrong: showing it may teach something. */
  readonly isHard: boolean;
}

/** Demonstrations by the name of the text they are shown in, in the order shown. */
export type DemonstrationSets = Readonly<Record<string, readonly Demonstration[]>>;
