import { pricesAsOf } from "../../../config/prices.ts";
import { shutdownWarnings } from "../../../project/shutdown-warnings.ts";
import { asTyped, type CliContext, lookOf } from "../../context.ts";
import { exitDone } from "../../exit-codes.ts";
import { noticeOutput } from "../../output/error-output.ts";
import { configOf, declaredThings } from "../../session/find-config.ts";
import { pricesOf } from "../../session/open-config.ts";
import { readSettings } from "../../settings.ts";
import { printNotices } from "../../terminal/notices.ts";
import { listModels, listProviders } from "./list-models.ts";
import type { ModelsOutput, ModelsProvidersOutput } from "./output.ts";
import { renderModels, renderProviders } from "./text.ts";

/** `models`: what is known of models and providers, without calls. */
export async function modelsCommand(
  filter: readonly string[],
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<number> {
  const file = await configOf(undefined, options, context);
  const settings = await readSettings(options, context, file);
  const look = lookOf(context, context.stdout, settings);
  const print = (output: object, text: () => string): void =>
    context.stdout.write(
      settings.json === true ? `${JSON.stringify(output, null, 2)}\n` : asTyped(text(), context),
    );
  if (options["providers"] === true) {
    const output: ModelsProvidersOutput = { providers: listProviders() };
    print(output, () => renderProviders(output, look));
    return exitDone;
  }
  const prices = await pricesOf(settings, context);
  const warnings =
    file === undefined
      ? []
      : shutdownWarnings(await declaredThings(file, context), context.clock.now(), prices);
  const output: ModelsOutput = {
    as_of: pricesAsOf,
    models: [...listModels(filter.flat(), prices)],
    warnings: warnings.map(noticeOutput),
  };
  print(output, () => renderModels(output, look));
  if (settings.json !== true)
    printNotices(context, lookOf(context, context.stderr, settings), { warnings, notes: [] });
  return exitDone;
}
