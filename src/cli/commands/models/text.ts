import type { Look } from "../../context.ts";
import { formatCount } from "../../terminal/format.ts";
import { shortened } from "../../terminal/shorten.ts";
import { renderTable } from "../../terminal/table.ts";
import { wrapText } from "../../terminal/wrap.ts";
import type { ModelsOutput, ModelsProvidersOutput } from "./output.ts";

const unknown = "–";

/** The models as a table. */
export function renderModels({ models, as_of }: ModelsOutput, look: Look): string {
  if (models.length === 0) return "no known model has these words in its provider or name\n";
  const columns = [
    { title: "Provider" },
    { title: "Model", least: 26, isKey: true },
    { title: "Context", align: "right", leaves: 3 },
    { title: "Input", align: "right" },
    { title: "Cached", align: "right", leaves: 2 },
    { title: "Output", align: "right" },
    { title: "Refuses", least: 12, leaves: 1, shorten: shortened },
    { title: "Shutdown", least: 10, leaves: 4 },
  ] as const;
  const rows = models.map(({ provider, model, context, price, refuses, shutdown, successor }) => [
    provider,
    model,
    context === null ? unknown : formatCount(context),
    usd(price.input),
    usd(price.cached_input),
    usd(price.output),
    refuses.join(", ") || unknown,
    shutdown === null ? unknown : successor === null ? shutdown : `${shutdown} → ${successor}`,
  ]);
  return `${renderTable(columns, rows, look)}${wrapText(`prices in USD per million tokens, checked on ${as_of}`, look.columns)}\n`;
}

/** The providers as a table. */
export function renderProviders({ providers }: ModelsProvidersOutput, look: Look): string {
  const columns = [
    { title: "Provider" },
    { title: "What", least: 12, leaves: 1, shorten: shortened },
    { title: "Address", least: 26, leaves: 3 },
    { title: "Key" },
    { title: "Package", leaves: 2 },
  ] as const;
  const rows = providers.map((one) => [
    one.provider,
    one.summary,
    one.base_url ?? one.address_variable,
    one.key_variables[0] ?? "none",
    one.package ?? "none",
  ]);
  return renderTable(columns, rows, look);
}

function usd(price: number | null): string {
  return price === null ? unknown : String(price);
}
