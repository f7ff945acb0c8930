import type { LanguageModel } from "../contracts/language-model.ts";
import type { ModelServices } from "../contracts/plugin.ts";
import { PluginError } from "../core/errors.ts";
import type { Catalog } from "../plugins/catalog.ts";

/** The bare model of a spec's provider, its options checked. Rejects with NotFoundError or PluginError. */
export async function openProvider(
  services: ModelServices,
  catalog: Pick<Catalog, "load">,
): Promise<LanguageModel> {
  const { spec } = services;
  // Paths in a spec are absolute, so the directory decides nothing.
  const plugin = await catalog.load("model", spec.provider, ".");
  const checked = plugin.options.safeParse(spec.providerOptions ?? {});
  const place = `resources.llms.${spec.key}`;
  if (!checked.success) {
    const problems = checked.error.issues.map(({ path, message }) =>
      [...path.map(String), message].join(": "),
    );
    throw new PluginError(`${place}: options of provider ${spec.provider}: ${problems.join("; ")}`);
  }
  const model: Partial<LanguageModel> | undefined = plugin.create(checked.data as never, services);
  if (typeof model?.complete !== "function") {
    throw new PluginError(`${place}: provider ${spec.provider} made no model`, {
      hint: "create(options, { spec, secrets }) returns an object with an async complete(request)",
    });
  }
  const { complete } = model;
  return Object.freeze({
    provider: model.provider ?? spec.provider,
    modelId: model.modelId ?? spec.name,
    // A plain function that throws at once is treated like one that rejects.
    complete: async (request) => complete.call(model, request),
  } satisfies LanguageModel);
}
