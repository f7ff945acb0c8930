import { RegistryError } from "../../core/errors.ts";
import { settingsFile } from "../disk/layout.ts";
import { readText } from "../disk/read-text.ts";
import { replaceText, setAside } from "../disk/write-text.ts";
import {
  defaultSettings,
  LaterFormatError,
  parseRegistryYaml,
  renderRegistryYaml,
} from "../records/registry-yaml.ts";
import type { RegistrySettings } from "../registry-storage.ts";
import {
  damage,
  damageByHand,
  type Finding,
  type Inspection,
  mergeSides,
  readValue,
  tryRead,
} from "./finding.ts";

/** Checks `registry.yaml`; merges the environments of both sides of a git conflict. */
export function checkSettings(inspection: Inspection): {
  readonly findings: readonly Finding[];
  /** Undefined if unreadable. */
  readonly environments: readonly string[] | undefined;
} {
  const file = settingsFile(inspection.directory);
  const text = tryRead(() => readText(file, inspection.directory));
  const found = readValue(text);
  if ("value" in text && found === undefined)
    return { findings: [], environments: namesOf(defaultSettings()) };
  const read = "problem" in text ? text : tryRead(() => parseRegistryYaml(found ?? "", file));
  if ("value" in read) return { findings: [], environments: namesOf(read.value) };
  const repair = async () => {
    const merged = mergedSettings(found ?? "", inspection.at);
    await setAside(inspection.directory, file, inspection.at);
    await replaceText(file, renderRegistryYaml(merged));
    return `it was written again, with ${namesOf(merged).join(", ")}`;
  };
  return { findings: [damage(file, read.problem, repair)], environments: undefined };
}

/** A registry of a newer format cannot be checked or repaired. */
export function checkFormat({ directory }: Inspection): Finding | undefined {
  const file = settingsFile(directory);
  try {
    const text = readText(file, directory);
    if (text !== undefined) parseRegistryYaml(text, file);
  } catch (error) {
    if (error instanceof LaterFormatError) return damageByHand(file, error.message, "update dao-opt");
    if (!(error instanceof RegistryError)) throw error;
  }
  return undefined;
}

function mergedSettings(text: string, at: string): RegistrySettings {
  const sides = mergeSides(text);
  const [ours, theirs] = [sides?.ours ?? "", sides?.theirs ?? ""].map((side) =>
    readValue(tryRead(() => parseRegistryYaml(side, ""))),
  );
  const first = ours ?? theirs ?? defaultSettings(at);
  const known = namesOf(first);
  const added = (theirs?.environments ?? []).filter(({ name }) => !known.includes(name));
  return { environments: [...first.environments, ...added] };
}

function namesOf({ environments }: RegistrySettings): readonly string[] {
  return environments.map(({ name }) => name);
}
