import type { EngineStop, Lab, OptimizationTask, Optimizer, SearchEnd } from "../../contracts/optimizer.ts";
import type { OptimizationPlan } from "../../contracts/run-plan.ts";
import type { JsonObject } from "../../core/data/json.ts";
import { isDaoOptError, OptimizationError } from "../../core/errors.ts";
import type { Runtime } from "../session/run-context.ts";

const stops: readonly EngineStop[] = ["max_steps", "perfect", "no_progress"];

/**
 * Runs the plan's engine, built-in or user-defined. Anything it throws that is not a DaoOptError, and an
 * invalid result, becomes an OptimizationError that names it.
 */
export async function runEngine(
  plan: OptimizationPlan,
  runtime: Pick<Runtime, "catalog" | "directory">,
  task: OptimizationTask,
  lab: Lab,
): Promise<SearchEnd> {
  const { use, options } = plan.optimizer;
  try {
    const engine = await openEngine(runtime, use, options, true);
    return checkEnd(use, await engine.optimize(task, lab));
  } catch (cause) {
    if (isDaoOptError(cause)) throw cause;
    const { message, stack } = cause instanceof Error ? cause : { message: String(cause) };
    lab.emit({
      type: "engine-note",
      message: `optimizer ${use} threw`,
      details: { stack: stack ?? message },
    });
    throw new OptimizationError(`optimizer ${use} threw: ${message}`, {
      cause,
      hint: "the run's events.jsonl has its stack",
    });
  }
}

/** An engine opened by another one cannot open engines itself: budgets are not split twice. */
async function openEngine(
  runtime: Pick<Runtime, "catalog" | "directory">,
  use: string,
  options: JsonObject,
  mayOpenOthers: boolean,
): Promise<Optimizer> {
  const plugin = await runtime.catalog.load("optimizer", use, runtime.directory);
  if (plugin.opens !== undefined && !mayOpenOthers)
    throw new OptimizationError(`optimizer ${use} runs other engines and cannot be run by another one`);
  return plugin.create(plugin.options.parse(options) as never, {
    openEngine: (other, given) => openEngine(runtime, other, given, false),
  });
}

function checkEnd(use: string, end: unknown): SearchEnd {
  const { stopped, steps } = (end ?? {}) as Partial<SearchEnd>;
  if (stopped !== undefined && stops.includes(stopped) && Number.isSafeInteger(steps)) {
    return { stopped, steps: Number(steps) };
  }
  throw new OptimizationError(`optimizer ${use} ended with ${JSON.stringify(end)}`, {
    hint: `optimize() resolves to { stopped: ${stops.map((stop) => `"${stop}"`).join(" | ")}, steps: number }`,
  });
}
