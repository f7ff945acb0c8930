import { join } from "node:path";
import type { Config } from "../../../config/config.ts";
import type { TraceStore } from "../../../contracts/trace-store.ts";
import { digestOf } from "../../../core/data/digest.ts";
import { DatasetError, UsageError } from "../../../core/errors.ts";
import type { ProjectOptimization } from "../../../project/project.ts";
import type { LabelScale } from "./label.ts";
import { labelsOfTraces } from "./labels-of-traces.ts";
import { type MergedLabels, mergeLabels } from "./merge-labels.ts";
import { type ReadLabels, readLabels } from "./read-labels.ts";
import { readScale } from "./read-scale.ts";

/** Which labels to read, and how. */
export interface LabelRequest {
  readonly from: /** Messages name the file relative to this folder. */
    | { readonly kind: "file"; readonly path: string; readonly relativeTo: string }
    /** A column of the dataset's own files. */
    | { readonly kind: "dataset" }
    | { readonly kind: "traces"; readonly prompt?: string | undefined };
  readonly columns: { readonly verdict?: string | undefined; readonly answer?: string | undefined };
  readonly rater?: string | undefined;
  readonly range?: { readonly low: number; readonly high: number } | undefined;
  readonly passFrom?: number | undefined;
  readonly confidence: number;
}

export interface GatheredLabels extends MergedLabels {
  readonly scale: LabelScale;
  /** What the labels were read from, for messages and records. */
  readonly source: string;
  /** SHA-256 over all labels of the source, also those that flags leave out. */
  readonly digest: string;
  /** What was chosen and what was left out, one line each. */
  readonly notes: readonly string[];
}

interface LabelPlaces {
  readonly config: Config;
  readonly optimization: Pick<ProjectOptimization, "config" | "dataset">;
  readonly traces: Pick<TraceStore, "list">;
}

/** Reads and joins the labels of a request. Rejects with DatasetError, UsageError or NotFoundError. */
export async function gatherLabels(request: LabelRequest, places: LabelPlaces): Promise<GatheredLabels> {
  const { written, source, digest, notes } = await readWritten(request, places);
  if (written.length === 0) {
    throw new DatasetError(`${source}: there are no labels`, [], {
      hint: request.from.kind === "traces" ? "rate answers with `dao-opt feedback`" : undefined,
    });
  }
  const { range, passFrom, rater, confidence } = request;
  const read = readScale(written, {
    ...(range === undefined ? {} : { range }),
    ...(passFrom === undefined ? {} : { passFrom }),
  });
  const merged = mergeLabels(written, read, { confidence, ...(rater === undefined ? {} : { rater }) });
  if (merged.labels.length === 0)
    throw new DatasetError(`${source}: none of ${written.length} labels has a verdict to compare with`);
  const count = (many: number, one: string) => `${many} ${one}${many === 1 ? "" : "s"}`;
  const left = [
    ...(merged.open === 0 ? [] : [`${count(merged.open, "label")} without a verdict left out`]),
    ...(merged.repeated === 0 ? [] : [`${count(merged.repeated, "label")} repeated another one`]),
    ...(merged.tied === 0
      ? []
      : [
          `${count(merged.tied, "answer")} left out: as many people pass as fail ${merged.tied === 1 ? "it" : "them"}`,
        ]),
  ];
  const { levels, kind } = read.scale;
  const grades = `grades from ${levels[0]} to ${levels.at(-1)}${request.range === undefined ? "; --scale sets another scale" : ""}`;
  return {
    ...merged,
    scale: read.scale,
    source,
    digest,
    notes: [...notes, ...(kind === "graded" ? [grades] : []), ...left],
  };
}

interface WrittenLabels extends Pick<ReadLabels, "written" | "digest"> {
  readonly source: string;
  readonly notes: readonly string[];
}

async function readWritten(request: LabelRequest, places: LabelPlaces): Promise<WrittenLabels> {
  const { config, optimization, traces } = places;
  const known = new Map(optimization.dataset.examples.map((example) => [example.id, example]));
  const { from, columns } = request;
  if (from.kind === "traces") {
    const { written, digest, skipped } = await labelsOfTraces(traces, { prompt: from.prompt, known });
    const raters = [...new Set(written.flatMap(({ rater }) => rater ?? []))].sort();
    const notes = [
      ...(raters.length === 0
        ? []
        : [`ratings by ${raters.join(", ")} are taken as those of people; --rater chooses one`]),
      ...Object.entries(skipped).map(([reason, many]) => `${many} rated traces left out: ${reason}`),
    ];
    return { written, digest, source: "feedback of traces", notes };
  }
  const spec = config.datasets[optimization.config.dataset]?.spec ?? {};
  const reading = {
    relativeTo: config.directory,
    columns,
    spec,
    known,
    dataset: optimization.dataset.name,
  };
  if (from.kind === "file") {
    const read = await readLabels({ ...reading, path: from.path, relativeTo: from.relativeTo });
    return { ...read, source: read.file, notes: notesOf([read], columns) };
  }
  const paths = datasetFiles(config, optimization.config.dataset);
  const reads: ReadLabels[] = [];
  for (const path of paths) reads.push(await readLabels({ ...reading, path }));
  return {
    written: reads.flatMap(({ written }) => written),
    digest: digestOf(reads.map(({ digest }) => digest)),
    source: `column ${columns.verdict} of dataset ${optimization.dataset.name}`,
    notes: notesOf(reads, columns),
  };
}

function notesOf(reads: readonly ReadLabels[], { verdict }: LabelRequest["columns"]): readonly string[] {
  const chosen = verdict === undefined ? [...new Set(reads.map(({ column }) => column))] : [];
  const unanswered = reads.reduce((sum, one) => sum + one.unanswered, 0);
  return [
    ...chosen.map((column) => `verdicts are read from the column "${column}"; --column names another one`),
    ...(unanswered === 0 ? [] : [`${unanswered} rows without an answer left out`]),
  ];
}

/** The files of a dataset. Throws UsageError if its rows are not in files. */
function datasetFiles({ datasets, statePath }: Config, key: string): readonly string[] {
  const source = datasets[key]?.spec.source;
  if (source === undefined) return [join(statePath, "datasets", `${key}.jsonl`)];
  if (source.kind === "file") return [source.path];
  if (source.kind === "parts")
    return [source.test, source.validation, source.train].filter((path) => path !== undefined);
  throw new UsageError(`the rows of dataset ${key} are not in a file`, {
    hint: "write the labels to a file and name it with --labels",
  });
}
