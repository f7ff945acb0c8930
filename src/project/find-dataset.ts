import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Config } from "../config/config.ts";
import type { Dataset } from "../contracts/dataset-store.ts";
import { NotFoundError } from "../core/errors.ts";
import { nearNames } from "../core/text/near-names.ts";
import { readDataset } from "../datasets/read-dataset.ts";

/** Opens datasets by config key or by the name of a collected one. Each file is read once. */
export interface DatasetFinder {
  open(name: string, onBadRow: "fail" | "skip"): Promise<Dataset>;
  close(): Promise<void>;
}

export function openDatasets(config: Config): DatasetFinder {
  const opened = new Map<string, Promise<Dataset>>();
  const collected = join(config.statePath, "datasets");

  const read = async (name: string, onBadRow: "fail" | "skip"): Promise<Dataset> => {
    const declared = config.datasets[name];
    if (declared !== undefined)
      return readDataset({ ...declared.spec, onBadRow }, { relativeTo: config.directory });
    const path = join(collected, `${name}.jsonl`);
    const isCollected = await stat(path).then(
      (found) => found.isFile(),
      () => false,
    );
    if (isCollected) return readDataset({ name, source: { kind: "file", path }, onBadRow });
    const files = await readdir(collected).catch(() => []);
    const known = [
      ...Object.keys(config.datasets),
      ...files.filter((file) => file.endsWith(".jsonl")).map((file) => file.slice(0, -".jsonl".length)),
    ];
    throw datasetNotFound(name, known);
  };

  return {
    open(name, onBadRow) {
      const key = `${onBadRow} ${name}`;
      const known = opened.get(key) ?? read(name, onBadRow);
      opened.set(key, known);
      return known;
    },
    async close() {
      const settled = await Promise.allSettled(opened.values());
      for (const result of settled) if (result.status === "fulfilled") await result.value.close();
    },
  };
}

function datasetNotFound(name: string, known: readonly string[]): NotFoundError {
  const near = nearNames(name, known, 2);
  const listed = known.length === 0 ? "there are none yet" : `there are: ${known.join(", ")}`;
  return new NotFoundError("dataset", name, near, {
    hint:
      near.length > 0
        ? undefined
        : `${listed}; declare it under \`datasets\` with the path of its file, or collect it with \`dao-opt collect\``,
  });
}
