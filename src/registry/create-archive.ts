import type { PromptArchive } from "../contracts/registry.ts";
import {
  addEnvironment,
  deployVersion,
  environmentsOf,
  rollbackEnvironment,
  undeployEnvironment,
} from "./changes/environments.ts";
import { deletePrompt, describePrompt, movePrompt } from "./changes/prompt-changes.ts";
import { upsertVersion } from "./changes/upsert-version.ts";
import { deleteVersion, describeVersion } from "./changes/version-changes.ts";
import { createPromptReader } from "./lookup/prompt-reader.ts";
import { type RegistryOptions, type RegistryStorage, registryClock } from "./registry-storage.ts";

/** Creates a registry over any storage; the storage provides `verify`. */
export function createArchive(
  storage: RegistryStorage,
  verify: PromptArchive["verify"],
  options: RegistryOptions,
): PromptArchive {
  const clock = registryClock(options);
  return Object.freeze({
    ...createPromptReader(storage),
    upsert: (draft) => upsertVersion(storage, draft, clock),
    deploy: (reference, environment, given = {}) =>
      deployVersion(storage, reference, environment, given, clock),
    rollback: (path, environment, given = {}) =>
      rollbackEnvironment(storage, path, environment, given, clock),
    verify,
    move: (reference, path) => movePrompt(storage, reference, path, clock),
    describePrompt: (reference, changes) => describePrompt(storage, reference, changes),
    describeVersion: (reference, changes) => describeVersion(storage, reference, changes),
    deleteVersion: (reference) => deleteVersion(storage, reference, clock),
    deletePrompt: (reference) => deletePrompt(storage, reference),
    undeploy: (path, environment, given = {}) =>
      undeployEnvironment(storage, path, environment, given, clock),
    environmentRecords: async () => environmentsOf(await storage.settings()),
    addEnvironment: (name) => storage.write((writer) => addEnvironment(storage, writer, name, clock)),
  } satisfies PromptArchive);
}
