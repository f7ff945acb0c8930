import { UsageError } from "../../core/errors.ts";
import type { CliContext } from "../context.ts";
import { exitDone } from "../exit-codes.ts";

const defaultPort = 4050;

/** `offline-server`: serves until Ctrl-C. */
export async function offlineServerCommand(
  _args: readonly string[],
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<number> {
  const { createOfflineServer } = await import("../../models/offline/server/offline-server.ts");
  const server = await createOfflineServer({
    port: numberOf(options, "port", defaultPort, 0, 65_535),
    host: typeof options["host"] === "string" ? options["host"] : "127.0.0.1",
    latencyMs: numberOf(options, "latency", 0, 0, 600_000),
    faultRate: numberOf(options, "faultRate", 0, 0, 1),
    seed: numberOf(options, "seed", 1, 0, Number.MAX_SAFE_INTEGER),
  });
  const address = `${server.url}/v1`;
  context.stdout.write(
    options["json"] === true
      ? `${JSON.stringify({ url: address, port: server.port })}\n`
      : `offline models (rule-made, not real ones) at ${address}\n  OPENAI_BASE_URL=${address} OPENAI_API_KEY=none\nCtrl-C stops\n`,
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
    throw new UsageError(`--${flag}: expected a number from ${low} to ${high}, got "${text}"`);
  }
  return value;
}
