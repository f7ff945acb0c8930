import { isDeepStrictEqual } from "node:util";
import type { Simulation } from "../../../contracts/model-spec.ts";
import { UsageError } from "../../../core/errors.ts";
import type { CliContext } from "../../context.ts";
import { exitDone } from "../../exit-codes.ts";
import { declaredThings } from "../../session/find-config.ts";

const defaultPort = 4050;
const unsimulated: Simulation = { latencyMs: 0, faultRate: 0, seed: 1 };
const shippedModels = ["offline/large", "offline/small"] as const;

/** `offline-server`: serves until Ctrl-C. */
export async function offlineServerCommand(
  _args: readonly string[],
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<number> {
  const { createOfflineServer } = await import("../../../offline/server/offline-server.ts");
  const server = await createOfflineServer({
    port: numberOf(options, "port", defaultPort, 0, 65_535),
    host: typeof options["host"] === "string" ? options["host"] : "127.0.0.1",
    simulate: simulationOf(options, unsimulated),
    models: await modelsOf(options, context),
  });
  const address = `${server.url}/v1`;
  context.stdout.write(
    options["json"] === true
      ? `${JSON.stringify({ url: address, port: server.port })}\n`
      : `offline models (rule-based, not real) at ${address}\n  OPENAI_BASE_URL=${address} OPENAI_API_KEY=none\npress Ctrl-C to stop\n`,
  );
  await new Promise<void>((resolve) => {
    const forget = context.onSignal(() => {
      forget();
      resolve();
    });
  });
  await server.close();
  return exitDone;
}

/** The config's offline models by name, else the two built-in ones. Flags override `simulate`. */
async function modelsOf(
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<Record<string, Simulation>> {
  const { config: file } = options;
  if (typeof file !== "string")
    return Object.fromEntries(shippedModels.map((name) => [name, simulationOf(options, unsimulated)]));
  const specs = Object.values((await declaredThings(file, context)).models).map(({ spec }) => spec);
  const offline = specs.filter(({ provider }) => provider === "offline");
  if (offline.length === 0)
    throw new UsageError(`${file} has no model with \`provider: offline\``, {
      hint: "remove --config to serve offline/large and offline/small",
    });
  const models = new Map<string, Simulation>();
  for (const { name, simulate } of offline) {
    const simulation = simulationOf(options, simulate ?? unsimulated);
    const other = models.get(name);
    if (other !== undefined && !isDeepStrictEqual(other, simulation))
      throw new UsageError(`${file} has two models named ${name} with different \`simulate\``, {
        hint: "give them different names, because requests select a model by name",
      });
    models.set(name, simulation);
  }
  return Object.fromEntries(models);
}

function simulationOf(options: Readonly<Record<string, unknown>>, otherwise: Simulation): Simulation {
  return {
    latencyMs: numberOf(options, "latency", otherwise.latencyMs, 0, 600_000),
    faultRate: numberOf(options, "faultRate", otherwise.faultRate, 0, 1),
    seed: numberOf(options, "seed", otherwise.seed, 0, Number.MAX_SAFE_INTEGER),
  };
}

function numberOf(
  options: Readonly<Record<string, unknown>>,
  name: string,
  otherwise: number,
  low: number,
  high: number,
): number {
  const text = options[name];
  if (typeof text !== "string") return otherwise;
  const value = Number(text);
  if (text.trim() === "" || !(value >= low && value <= high)) {
    const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw new UsageError(`--${flag} must be a number from ${low} to ${high}, got "${text}"`);
  }
  return value;
}
