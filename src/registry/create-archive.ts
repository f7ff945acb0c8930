import type { PromptArchive } from "../contracts/registry.ts";
import { addEnvironment, environmentsOf } from "./add-environment.ts";
import { deletePrompt } from "./administration/delete-prompt.ts";
import { deleteVersion } from "./administration/delete-version.ts";
import { describeVersion } from "./administration/describe-version.ts";
import { movePrompt } from "./administration/move-prompt.ts";
import { deployVersion, rollbackEnvironment, undeployEnvironment } from "./move-environment.ts";
import { createPromptReader } from "./prompt-reader.ts";
import { type RegistryOptions, registryClock } from "./registry-clock.ts";
import type { Shelf } from "./shelf.ts";
import { upsertVersion } from "./upsert-version.ts";

/** A registry over any shelf; only `verify` is the shelf's own affair. */
export function createArchive(
  shelf: Shelf,
  verify: PromptArchive["verify"],
  options: RegistryOptions,
): PromptArchive {
  const clock = registryClock(options);
  return Object.freeze({
    ...createPromptReader(shelf),
    upsert: (draft) => upsertVersion(shelf, draft, clock),
    deploy: (reference, environment, given = {}) =>
      deployVersion(shelf, reference, environment, given, clock),
    rollback: (path, environment, given = {}) => rollbackEnvironment(shelf, path, environment, given, clock),
    verify,
    move: (reference, path) => movePrompt(shelf, reference, path, clock),
    describeVersion: (reference, changes) => describeVersion(shelf, reference, changes),
    deleteVersion: (reference) => deleteVersion(shelf, reference, clock),
    deletePrompt: (reference) => deletePrompt(shelf, reference),
    undeploy: (path, environment, given = {}) => undeployEnvironment(shelf, path, environment, given, clock),
    environmentRecords: async () => environmentsOf(await shelf.settings()),
    addEnvironment: (name) => shelf.write((desk) => addEnvironment(shelf, desk, name, clock)),
  } satisfies PromptArchive);
}
