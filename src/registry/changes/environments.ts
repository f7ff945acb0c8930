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

/** Appends an environment to the list, unless it exists. */
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
  // The default environment is stored by the first write.
  const dated = settings.environments.map((environment) => ({ createdAt, ...environment }));
  await writer.saveSettings({ environments: [...dated, added] });
  return { environment: { ...added, isDefault: false }, isNew: true };
}

/** Throws UsageError if a prompt or version already has the name, since references would be ambiguous. */
async function refuseTakenName(storage: RegistryStorage, name: string): Promise<void> {
  for await (const { path, numbers } of storage.prompts()) {
    const isPrompt = foldedName(nameOf(path)) === foldedName(name);
    const version = isPrompt ? undefined : await versionNamed(storage, path, numbers, name);
    if (!isPrompt && version === undefined) continue;
    const owner = isPrompt ? `the prompt ${path}` : `version ${version} of ${path}`;
    throw new ConflictError(`"${name}" is already the name of ${owner}`, {
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
 * Deploys a version; creates missing environments. Rejects with ConflictError if the version did not pass its
 * gate, unless forced with a note.
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

/** Redeploys the previous version. Rejects with ConflictError if there is none. */
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

/** Clears an environment. Rejects with NotFoundError if it is unknown, with ConflictError if it is empty. */
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
      throw new ConflictError(`no version of ${path} is deployed to ${environment}`);
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
      force === true ? "add a reason with --note" : "deploy it anyway with --force and a reason in --note",
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
  const state = now === undefined ? "never had a version" : `had no version before ${now}`;
  return new ConflictError(`${environment} of ${path} ${state}`, {
    hint: "there is no version to go back to",
  });
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
