import type { CommandSpec } from "../command-spec.ts";
import { answersSpec } from "./answers/spec.ts";
import { callSpec } from "./call/spec.ts";
import { collectSpec } from "./collect/spec.ts";
import { completionSpec } from "./completion/spec.ts";
import { datasetSpec } from "./dataset/spec.ts";
import { doctorSpec } from "./doctor/spec.ts";
import { evalSpec } from "./eval/spec.ts";
import { headroomSpec } from "./headroom/spec.ts";
import { initSpec } from "./init/spec.ts";
import { judgeSpec } from "./judge/spec.ts";
import { migrateSpec } from "./migrate/spec.ts";
import { modelsSpec } from "./models/spec.ts";
import { offlineServerSpec } from "./offline-server/spec.ts";
import { registrySpec } from "./registry/spec.ts";
import { reportSpec } from "./report/spec.ts";
import { runSpec } from "./run/spec.ts";
import { runsSpec } from "./runs/spec.ts";
import { schemaSpec } from "./schema/spec.ts";
import { serveSpec } from "./serve/spec.ts";
import { feedbackSpec, tracesSpec } from "./traces/spec.ts";
import { validateSpec } from "./validate/spec.ts";
import { workerSpec } from "./worker/spec.ts";

/** Every command, in the order of the help. */
export const commandSpecs: readonly CommandSpec[] = [
  runSpec,
  headroomSpec,
  evalSpec,
  judgeSpec,
  validateSpec,
  initSpec,
  runsSpec,
  reportSpec,
  answersSpec,
  migrateSpec,
  collectSpec,
  datasetSpec,
  tracesSpec,
  feedbackSpec,
  registrySpec,
  callSpec,
  serveSpec,
  workerSpec,
  offlineServerSpec,
  modelsSpec,
  schemaSpec,
  doctorSpec,
  completionSpec(() => commandSpecs),
];
