import { open } from "node:fs/promises";
import { join } from "node:path";
import { renderPromptFile } from "../../formats/prompt-file/render-prompt-file.ts";
import { renderDeploymentLine } from "../records/deployment-lines.ts";
import { renderPromptYaml } from "../records/prompt-yaml.ts";
import { renderVersionYaml } from "../records/version-yaml.ts";
import type { WholePrompt } from "../registry-storage.ts";
import { detailsFile, logFile, promptFile, recordFile } from "./layout.ts";
import { makeFolders } from "./prompt-folder.ts";
import { replaceText, syncFolder } from "./write-text.ts";

/** Puts a prompt's files down, `prompt.yaml` last: without it no reader counts the others. */
export async function putPrompt(directory: string, path: string, whole: WholePrompt): Promise<void> {
  const { prompt, versions, deployments } = whole;
  await makeFolders(directory, path);
  const folder = join(directory, ...path.split("/"));
  for (const { record, details } of versions) {
    if (details !== undefined) await put(detailsFile(folder, record.version), renderPromptFile(details));
    await put(recordFile(folder, record.version), renderVersionYaml(record));
  }
  if (deployments.length > 0) await put(logFile(folder), deployments.map(renderDeploymentLine).join(""));
  await syncFolder(folder);
  await replaceText(promptFile(folder), renderPromptYaml(prompt));
}

async function put(file: string, text: string): Promise<void> {
  const handle = await open(file, "wx");
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
