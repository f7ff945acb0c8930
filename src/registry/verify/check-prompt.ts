import { promptFile } from "../disk/layout.ts";
import { readText } from "../disk/read-text.ts";
import { setAside } from "../disk/set-aside.ts";
import { replaceText } from "../disk/write-text.ts";
import { newPromptId } from "../ids.ts";
import { parsePromptYaml, renderPromptYaml } from "../records/prompt-yaml.ts";
import type { PromptRecord } from "../registry-storage.ts";
import { damage, type Finding, type Inspection } from "./finding.ts";
import { mergeSides } from "./merge-sides.ts";
import { readValue, tryRead } from "./try-read.ts";

export interface PromptChecked {
  readonly findings: readonly Finding[];
  readonly record?: PromptRecord;
}

/** `prompt.yaml` of a folder that has it, or that has versions. */
export function checkPrompt(inspection: Inspection, folder: string, hasVersions: boolean): PromptChecked {
  const file = promptFile(folder);
  const text = tryRead(() => readText(file, inspection.directory));
  const found = readValue(text);
  const put = async (record: PromptRecord) => {
    await setAside(inspection.directory, file, inspection.at);
    await replaceText(file, renderPromptYaml(record));
    return `it was written anew, as ${record.id}`;
  };
  if ("value" in text && found === undefined) {
    const repair = () => put({ id: newPromptId(), tags: {}, createdAt: inspection.at });
    return {
      findings: hasVersions ? [damage(file, "it is missing, though there are versions", repair)] : [],
    };
  }
  const read = "problem" in text ? text : tryRead(() => parsePromptYaml(found ?? "", file));
  if ("problem" in read) {
    return { findings: [damage(file, read.problem, () => put(salvaged(found ?? "", inspection.at)))] };
  }
  const unfinished = "it has no version: a writer that did not finish left it";
  const notes: readonly Finding[] = hasVersions ? [] : [{ kind: "note", file, message: unfinished }];
  return { findings: notes, record: read.value };
}

/** The earlier side of a merge, or at least the id, which versions and callers know the prompt by. */
function salvaged(text: string, at: string): PromptRecord {
  const sides = mergeSides(text);
  const [first] = [sides?.ours, sides?.theirs]
    .map((side) => readValue(tryRead(() => parsePromptYaml(side ?? "", ""))))
    .filter((record) => record !== undefined)
    .sort((one, other) => (one.createdAt < other.createdAt ? -1 : 1));
  const id = /^id: *(pr_\w+)\s*$/m.exec(text)?.[1] ?? newPromptId();
  return first ?? { id, tags: {}, createdAt: at };
}
