import { stat } from "node:fs/promises";
import type { RowResult } from "../../../contracts/row-result.ts";
import type { OptimizationRecord, RunRecord } from "../../../contracts/run-record.ts";
import { valueText } from "../../../core/data/json.ts";
import { isDaoOptError } from "../../../core/errors.ts";
import type { RowLink, RowLinks } from "../../../report/sections/section.ts";
import { type DatasetServices, findPageDataset, type PageDataset } from "../datasets/page-datasets.ts";
import { inputPrefix } from "../playground/playground-setup.ts";
import { addressOf } from "../shell/page-links.ts";

type Services = DatasetServices;

/** Larger files would hold up the page. */
const mostBytes = 30_000_000;
/** Longer inputs have no address: it would not fit. */
const longestInputs = 1500;

/** Where the rows of a run lead: to the row of the dataset if it is there, else to the playground. */
export async function rowLinksOf({ optimizations }: RunRecord, services: Services): Promise<RowLinks> {
  const wanted = new Map<string, Set<string>>();
  for (const { plan, rows } of optimizations) {
    const ids = wanted.get(plan.data.name) ?? new Set();
    for (const { example } of rows) ids.add(example);
    wanted.set(plan.data.name, ids);
  }
  const found = new Map<string, ReadonlyMap<string, string>>();
  for (const [name, ids] of wanted) found.set(name, await addressesOf(name, ids, services));
  return (record, row) => {
    const { name } = record.plan.data;
    const address = found.get(name)?.get(row.example);
    return address === undefined
      ? playgroundLink(record, row)
      : { address, text: "Open row", title: `This row in the dataset ${name}` };
  };
}

/** Addresses of rows by id. Datasets that are gone, damaged or large have none. */
async function addressesOf(
  name: string,
  ids: ReadonlySet<string>,
  services: Services,
): Promise<ReadonlyMap<string, string>> {
  const addresses = new Map<string, string>();
  if (ids.size === 0) return addresses;
  try {
    const isOfConfig = Object.hasOwn(services.project?.datasets ?? {}, name);
    const dataset = await findPageDataset(services, name, isOfConfig);
    if ((await bytesOf(dataset)) > mostBytes) return addresses;
    for await (const { id, address } of dataset.rows()) {
      if (ids.has(id)) addresses.set(id, address);
      if (addresses.size === ids.size) break;
    }
  } catch (error) {
    if (!isDaoOptError(error)) throw error;
  }
  return addresses;
}

/** Infinite if a file is missing. */
async function bytesOf({ files }: PageDataset): Promise<number> {
  const states = await Promise.all(files.map((file) => stat(file))).catch(() => undefined);
  return states?.reduce((sum, { size }) => sum + size, 0) ?? Number.POSITIVE_INFINITY;
}

/** Both versions with the inputs of the row; undefined if no version is stored. */
function playgroundLink({ prompts }: OptimizationRecord, row: RowResult): RowLink | undefined {
  const [prompt, ...others] = prompts;
  if (prompt === undefined || others.length > 0) return undefined;
  const versions = [...new Set([prompt.base.version, prompt.optimized?.version])].filter(
    (version) => version != null,
  );
  const inputs = Object.entries(row.inputs).map(([name, value]) => [name, valueText(value)] as const);
  const length = inputs.reduce((sum, [, text]) => sum + text.length, row.expected?.length ?? 0);
  if (versions.length === 0 || length > longestInputs) return undefined;
  const address = addressOf(["ui", "playground"], {
    prompt: prompt.path,
    ...Object.fromEntries(versions.map((version, at) => [`c${at + 1}`, version])),
    ...Object.fromEntries(inputs.map(([name, text]) => [`${inputPrefix}${name}`, text])),
    expected: row.expected ?? undefined,
  });
  return { address, text: "Try again", title: "The inputs of this row in the playground" };
}
