import { isDaoOptError } from "../../../core/errors.ts";
import { toolVersion } from "../../../version.ts";
import { exitCodeOf } from "../../exit-codes.ts";
import type { OpenedConfig } from "../../session/open-config.ts";
import type { Check } from "./output.ts";

/** Checks the queue of the config and each connected worker; none without `workers:`. */
export async function checkQueue(
  { config, catalog }: OpenedConfig,
  exits: number[],
): Promise<readonly Check[]> {
  const url = config.workersQueue;
  if (url === undefined) return [];
  const { examineQueue } = await import("../../../queue/examine-queue.ts");
  try {
    const { shown, warnings, workers } = await examineQueue(url, { config, catalog, toolVersion });
    const slots = workers.reduce((sum, { concurrency }) => sum + concurrency, 0);
    return [
      {
        ...{ name: "queue", ok: true, hint: null },
        message: `${shown} answers; ${workers.length} workers, ${slots} attempts at once`,
      },
      ...warnings.map((message): Check => ({ name: "queue", ok: true, warning: true, message, hint: null })),
      ...(workers.length > 0
        ? []
        : [
            {
              ...({ name: "queue", ok: true, warning: true, message: "no worker is connected" } as const),
              hint: `dao-opt worker CONFIG --queue ${shown}`,
            },
          ]),
      ...workers.flatMap(({ name, version, concurrency, clockMs, differences, warnings: own }): Check[] => [
        {
          name: `worker ${name}`,
          ok: differences.length === 0,
          message:
            differences.length === 0
              ? `dao-opt ${version}, ${concurrency} at once, clock ${clockMs} ms from that of Redis`
              : differences.join("; "),
          hint:
            differences.length === 0
              ? null
              : "it refuses jobs of this config: give it the same files and version",
        },
        ...own.map(
          (message): Check => ({ name: `worker ${name}`, ok: true, warning: true, message, hint: null }),
        ),
      ]),
    ];
  } catch (error) {
    if (!isDaoOptError(error)) throw error;
    exits.push(exitCodeOf(error));
    return [{ name: "queue", ok: false, message: error.message, hint: error.hint ?? null }];
  }
}
