import { access, constants, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { Chalk } from "chalk";
import type { ModelConfig } from "../../../config/config.ts";
import { isDaoOptError } from "../../../core/errors.ts";
import { knownProviders } from "../../../core/provider/known-providers.ts";
import { missingKey } from "../../../models/open-prompt-model.ts";
import { buildModel } from "../../../models/stack.ts";
import { createStackServices } from "../../../models/stack-services.ts";
import { createTimeLog } from "../../../models/time-log.ts";
import { resolveProject } from "../../../project/resolve-project.ts";
import { modelShutdowns } from "../../../project/shutdown-warnings.ts";
import { budgetIssues } from "../../../run/plan/plan-run.ts";
import { addModelTimes } from "../../../run/store/times-file.ts";
import { toolVersion } from "../../../version.ts";
import { type CliContext, lookOf } from "../../context.ts";
import { exitCodeOf, exitRuntime, worstExit } from "../../exit-codes.ts";
import { type OpenedConfig, openConfig } from "../../session/open-config.ts";
import { readSettings } from "../../settings.ts";
import { wrapText } from "../../terminal/wrap.ts";
import { checkDatabases } from "./check-databases.ts";
import { checkQueue } from "./check-queue.ts";
import type { Check } from "./output.ts";

const nodeNeeded = [20, 19] as const;

/** `doctor`: finds problems that would prevent a run. */
export async function doctorCommand(
  [file]: readonly string[],
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<number> {
  const settings = await readSettings(options, context, file);
  const checks: Check[] = [checkNode(context.nodeVersion), pass("dao-opt", toolVersion)];
  const exits: number[] = [];
  let opened: OpenedConfig | undefined;
  if (file !== undefined) {
    try {
      opened = await openConfig(file, settings, context);
      await checkFiles(opened);
      checks.push(pass("config", `${file} is readable`));
    } catch (error) {
      if (!isDaoOptError(error)) throw error;
      exits.push(exitCodeOf(error));
      checks.push(fail("config", error.message, error.hint));
    }
  }
  checks.push(
    await checkFolder(
      "registry",
      opened?.config.registryPath ?? resolve(context.cwd, settings.registry ?? "prompts"),
    ),
  );
  checks.push(
    await checkFolder(
      "state",
      opened?.config.statePath ?? resolve(context.cwd, settings.state ?? ".dao-opt"),
    ),
  );
  for (const model of Object.values(opened?.config.models ?? {})) {
    checks.push(
      options["online"] === true && opened !== undefined
        ? await askModel(model, opened, exits)
        : checkKey(model),
    );
  }
  if (opened !== undefined && options["online"] === true) checks.push(...(await checkQueue(opened, exits)));
  if (opened !== undefined) {
    for (const { name, message, error } of await checkDatabases(opened.config, options["online"] === true)) {
      if (error !== undefined) exits.push(exitCodeOf(error));
      checks.push(error === undefined ? pass(name, message) : fail(name, message, error.hint));
    }
    for (const { key, message, cure } of modelShutdowns(opened.config, context.clock.now()))
      checks.push({ name: `model ${key}`, ok: true, warning: true, message, hint: cure });
  }
  const output = { ok: checks.every(({ ok }) => ok), checks };
  if (settings.json === true) context.stdout.write(`${JSON.stringify(output, null, 2)}\n`);
  else {
    const look = lookOf(context, context.stdout, settings);
    const color = new Chalk({ level: look.hasColor ? 1 : 0 });
    const lines = checks.flatMap(({ name, ok, warning, message, hint }) => [
      `${warning === true ? color.yellow("warn") : ok ? color.green("ok  ") : color.red("fail")} ${name}: ${message}`,
      ...(hint === null ? [] : [`     → ${hint}`]),
    ]);
    context.stdout.write(`${wrapText(lines.join("\n"), look.columns)}\n`);
  }
  return worstExit([...exits, ...(output.ok ? [] : [exitRuntime])]);
}

/** Rejects with the problems in the config's data, prompts and plug-ins. */
async function checkFiles({ config, registry, catalog }: OpenedConfig): Promise<void> {
  if (Object.keys(config.optimizations).length === 0) return;
  const project = await resolveProject(config, { registry, catalog, check: budgetIssues, asIssues: true });
  for (const { dataset } of project.optimizations) await dataset.close();
}

function pass(name: string, message: string): Check {
  return { name, ok: true, message, hint: null };
}

function fail(name: string, message: string, hint?: string): Check {
  return { name, ok: false, message, hint: hint ?? null };
}

function checkNode(version: string): Check {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const isEnough = major > nodeNeeded[0] || (major === nodeNeeded[0] && minor >= nodeNeeded[1]);
  return isEnough
    ? pass("Node", version)
    : fail("Node", `${version} is too old`, `install ${nodeNeeded.join(".")} or newer`);
}

/** True if the folder, or its nearest existing parent, is writable. */
async function checkFolder(name: string, path: string): Promise<Check> {
  let nearest = path;
  while (
    dirname(nearest) !== nearest &&
    !(await stat(nearest).then(
      () => true,
      () => false,
    ))
  )
    nearest = dirname(nearest);
  return access(nearest, constants.W_OK).then(
    () => pass(`${name} folder`, nearest === path ? path : `${path} (will be created)`),
    () =>
      fail(
        `${name} folder`,
        `${nearest} is not writable`,
        `check its permissions or choose another folder with --${name}`,
      ),
  );
}

function checkKey({ spec, secrets }: ModelConfig): Check {
  const name = `model ${spec.key}`;
  if (secrets.apiKey !== undefined || secrets.settings?.["secretAccessKey"] !== undefined)
    return pass(name, `${spec.name} (${spec.provider}), key present`);
  if (secrets.servicePrincipal !== undefined)
    return pass(name, `${spec.name} (${spec.provider}), service principal present`);
  if (secrets.entraToken !== undefined)
    return pass(name, `${spec.name} (${spec.provider}), token of Entra ID present`);
  // Vertex signs in with the machine's own credentials, packages of the AI SDK with variables of their own.
  const isKeyless = knownProviders[spec.provider]?.isKeyless === true || spec.provider === "vertex";
  if (isKeyless || spec.provider === "offline" || spec.provider.includes("/"))
    return pass(name, `${spec.name} (${spec.provider}), no key needed`);
  if (spec.baseUrl !== undefined && /\/\/(localhost|127\.|\[::1\])/.test(spec.baseUrl)) {
    return pass(name, `${spec.name} at ${spec.baseUrl}, no key needed on this machine`);
  }
  const missing = missingKey(spec, secrets);
  if (missing === undefined) return pass(name, `${spec.name} (${spec.provider}), no key needed`);
  return fail(
    name,
    `${spec.name} (${spec.provider}) has no key`,
    missing.hint ?? "set the provider's environment variable or api_key in the config",
  );
}

async function askModel(
  { spec, secrets }: ModelConfig,
  { config, catalog }: OpenedConfig,
  exits: number[],
): Promise<Check> {
  const name = `model ${spec.key}`;
  try {
    const services = createStackServices({ catalog, models: config.models, concurrency: 1 });
    const model = await buildModel(
      { ...spec, retries: 0, rateLimitPatienceMs: 0, fallbacks: [] },
      secrets,
      services,
    );
    const timeLog = createTimeLog();
    const { latencyMs } = await timeLog.timedModel(spec, model).complete({
      messages: [{ role: "user", content: "Answer with the word ok." }],
    });
    await addModelTimes(config.statePath, timeLog.times);
    return pass(name, `${spec.name} (${spec.provider}) answered in ${Math.round(latencyMs)} ms`);
  } catch (error) {
    if (!isDaoOptError(error)) throw error;
    exits.push(exitCodeOf(error));
    return fail(name, error.message, error.hint);
  }
}
