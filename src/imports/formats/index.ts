import type { ImportFormat } from "../import-format.ts";
import { evalFormats } from "./evals/eval-formats.ts";
import { humanloop } from "./humanloop.ts";
import { libretto } from "./libretto.ts";
import { logFormats } from "./logs/log-formats.ts";
import { mlflowDataset } from "./mlflow-dataset.ts";
import { mlflowTraces } from "./mlflow-traces.ts";
import { otlp } from "./otlp.ts";
import { rows } from "./rows.ts";
import { toolFormats } from "./tools/tool-formats.ts";
import { traces } from "./traces.ts";

/** All formats of `collect import`. */
export const importFormats: readonly ImportFormat[] = [
  rows,
  traces,
  ...logFormats,
  ...evalFormats,
  otlp,
  mlflowTraces,
  mlflowDataset,
  ...toolFormats,
  humanloop,
  libretto,
];
