import { join } from "node:path";
import type { Config } from "../../config/config.ts";
import type { RunnerEvent } from "../../contracts/events.ts";
import type { SharedAnswers } from "../../contracts/shared-answers.ts";
import { openFolderAnswers } from "./folder-answers.ts";

/** Opens the answers that runs of a config share: those of its state folder. */
export async function openSharedAnswers(
  { statePath }: Pick<Config, "statePath">,
  emit: (event: RunnerEvent) => void,
): Promise<SharedAnswers> {
  const folder = join(statePath, "cache");
  return openFolderAnswers(folder, {
    onFailure: ({ message }) =>
      emit({
        type: "warning",
        message: `another run at the same time may pay for the same answers: ${folder} keeps no claims (${message})`,
      }),
  });
}
