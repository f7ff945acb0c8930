import type { Deployment, Environment, PromptRegistry } from "../../contracts/registry.ts";
import { ConflictError, NotFoundError } from "../../core/errors.ts";
import { findVersion, liveVersions } from "../lookup/find-version.ts";
import { deployedVersions, versionBefore } from "../lookup/held-versions.ts";
import { knownPrompt } from "../lookup/prompt-reader.ts";
import { foldedName, nameOf } from "../prompt-path.ts";
import { newEnvironment } from "../records/registry-yaml.ts";
import type {
  RegistryClock,
  RegistrySettings,
  RegistryStorage,
  RegistryWriter,
  VersionRecord,
} from "../registry-storage.ts";
import { checkEnvironmentName } from "./reserved-names.ts";

/** Adds an environment at the end of the list; one that is there already is left as it is. */
export async function addEnvironment(
  storage: RegistryStorage,
  writer: RegistryWriter,
  name: string,
  clock: RegistryClock,
): Promise<{ readonly environment: Environment; readonly isNew: boolean }> {
  const settings = await storage.settings();
  checkEnvironmentName(
    name,
    settings.environments.map((environment) => environment.name),
  );
  const known = environmentsOf(settings).find((environment) => environment.name === name);
  if (known !== undefined) return { environment: known, isNew: false };
  await refuseTakenName(storage, name);
  const createdAt = clock.now();
  const added = newEnvironment(name, createdAt);
  // The default one exists as such only from the first write on.
  const dated = settings.environments.map((environment) => ({ createdAt, ...environment }));
  await writer.saveSettings({ environments: [...dated, added] });
  return { environment: { ...added, isDefault: false }, isNew: true };
}

/** A prompt or version of that name could not be told from the environment any more. */
async function refuseTakenName(storage: RegistryStorage, name: string): Promise<void> {
  for await (const { path, numbers } of storage.prompts()) {
    const isPrompt = foldedName(nameOf(path)) === foldedName(name);
    const version = isPrompt ? undefined : await versionNamed(storage, path, numbers, name);
    if (!isPrompt && version === undefined) continue;
    const owner = isPrompt ? `the prompt ${path}` : `version ${version} of ${path}`;
    throw new ConflictError(`"${name}" is the name of ${owner}`, {
      hint: "choose another name for the environment",
    });
  }
}

async function versionNamed(
  storage: RegistryStorage,
  path: string,
  numbers: readonly number[],
  name: string,
): Promise<number | undefined> {
  for (const number of numbers) {
    const { versionName, deletedAt } = await storage.version(path, number);
    if (deletedAt === undefined && versionName !== undefined && foldedName(versionName) === foldedName(name))
      return number;
  }
  return undefined;
}

export function environmentsOf(settings: RegistrySettings): readonly Environment[] {
  return settings.environments.map((environment, at) => ({ ...environment, isDefault: at === 0 }));
}

type DeployOptions = NonNullable<Parameters<PromptRegistry["deploy"]>[2]>;
type RollbackOptions = NonNullable<Parameters<PromptRegistry["rollback"]>[2]>;

/**
 * Moves an environment to a version; a new environment is added. Rejects with ConflictError when the
 * version was measured and did not pass its gate, unless forced with a note.
 */
export async function deployVersion(
  storage: RegistryStorage,
  reference: string,
  environment: string,
  options: DeployOptions,
  clock: RegistryClock,
): Promise<Deployment> {
  return storage.write(async (writer) => {
    const { path, record } = await findVersion(storage, reference, "latest");
    checkGate(path, record, options);
    await addEnvironment(storage, writer, environment, clock);
    const from = deployedVersions(await storage.deployments(path)).get(environment) ?? null;
    const deployment = move(environment, from, record, options, clock);
    await writer.addDeployment(path, deployment);
    return deployment;
  });
}

/** Moves an environment back to the version it held before. Rejects with ConflictError when there was none. */
export async function rollbackEnvironment(
  storage: RegistryStorage,
  prompt: string,
  environment: string,
  options: RollbackOptions,
  clock: RegistryClock,
): Promise<Deployment> {
  return storage.write(async (writer) => {
    const { path } = await knownPrompt(storage, prompt);
    const deployments = await storage.deployments(path);
    const live = await liveVersions(storage, path);
    const before = versionBefore(deployments, environment, (number) =>
      live.some(({ version }) => version === number),
    );
    const record = live.find(({ version }) => version === before);
    if (record === undefined) throw await nothingBefore(storage, path, environment, deployments);
    const from = deployedVersions(deployments).get(environment) ?? null;
    const moved = move(environment, from, record, { note: "rollback", ...options }, clock);
    const deployment: Deployment = Object.freeze({ ...moved, isRollback: true });
    await writer.addDeployment(path, deployment);
    return deployment;
  });
}

/** Empties an environment. Rejects with NotFoundError when it is unknown, ConflictError when it is empty. */
export async function undeployEnvironment(
  storage: RegistryStorage,
  prompt: string,
  environment: string,
  options: RollbackOptions,
  clock: RegistryClock,
): Promise<Deployment> {
  return storage.write(async (writer) => {
    const { path } = await knownPrompt(storage, prompt);
    const deployments = await storage.deployments(path);
    const from = deployedVersions(deployments).get(environment);
    if (from === undefined) {
      const { environments } = await storage.settings();
      const names = environments.map(({ name }) => name);
      if (!names.includes(environment)) throw noEnvironment(environment, names);
      throw new ConflictError(`nothing of ${path} is deployed to ${environment}`);
    }
    const deployment = move(environment, from, undefined, options, clock);
    await writer.addDeployment(path, deployment);
    return deployment;
  });
}

function checkGate(path: string, { version, origin }: VersionRecord, { force, note }: DeployOptions): void {
  if (origin.gate === undefined || origin.gate === "improved") return;
  const isExplained = note !== undefined && note.trim() !== "";
  if (force === true && isExplained) return;
  const verdict = origin.gate === "regressed" ? "it regressed" : "no improvement was proven";
  throw new ConflictError(`version ${version} of ${path} did not pass its gate: ${verdict}`, {
    hint:
      force === true
        ? "say why in a note: --note"
        : "deploy it all the same with --force and a --note that says why",
  });
}

async function nothingBefore(
  storage: RegistryStorage,
  path: string,
  environment: string,
  deployments: readonly Deployment[],
): Promise<ConflictError | NotFoundError> {
  const { environments } = await storage.settings();
  const held = deployments.filter((deployment) => deployment.environment === environment);
  if (held.length === 0 && !environments.some(({ name }) => name === environment)) {
    return noEnvironment(
      environment,
      environments.map(({ name }) => name),
    );
  }
  const now = deployedVersions(deployments).get(environment);
  const state = now === undefined ? "has never held a version" : `has held no version before ${now}`;
  return new ConflictError(`${environment} of ${path} ${state}`, { hint: "there is nothing to go back to" });
}

function noEnvironment(name: string, known: readonly string[]): NotFoundError {
  return new NotFoundError("environment", name, [], { hint: `there is ${known.join(", ")}` });
}

function move(
  environment: string,
  from: number | null,
  record: VersionRecord | undefined,
  { note, by = undefined }: RollbackOptions,
  clock: RegistryClock,
): Deployment {
  const author = by ?? clock.by;
  return Object.freeze({
    at: clock.now(),
    environment,
    from,
    to: record?.version ?? null,
    ...(record === undefined ? {} : { versionId: record.versionId }),
    ...(author === undefined ? {} : { by: author }),
    ...(note === undefined ? {} : { note }),
  });
}
