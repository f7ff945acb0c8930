import { z } from "zod";
import { doctorOutputSchema } from "../commands/doctor.ts";
import { initOutputSchema } from "../commands/init.ts";
import { reportOutputSchema } from "../commands/report.ts";
import { runsListOutputSchema } from "../commands/runs.ts";
import { validateOutputSchema } from "../commands/validate.ts";
import { callOutputSchema } from "./call-output.ts";
import { collectImportOutputSchema } from "./collect-import-output.ts";
import { collectOutputSchema } from "./collect-output.ts";
import {
  datasetExportOutputSchema,
  datasetListOutputSchema,
  datasetMergeOutputSchema,
  datasetShowOutputSchema,
  datasetSplitOutputSchema,
  datasetStatsOutputSchema,
  datasetValidateOutputSchema,
} from "./dataset-output.ts";
import { errorOutputSchema } from "./error-output.ts";
import { evalOutputSchema } from "./eval-output.ts";
import { migrateOutputSchema, migrationPlanOutputSchema } from "./migrate-output.ts";
import { planOutputSchema } from "./plan-output.ts";
import {
  registryDeleteOutputSchema,
  registryEnvironmentAddOutputSchema,
  registryEnvironmentListOutputSchema,
  registryExportOutputSchema,
  registryImportOutputSchema,
  registryMoveOutputSchema,
  registryTypesOutputSchema,
  registryUpsertOutputSchema,
} from "./registry-change-output.ts";
import {
  deploymentOutputSchema,
  registryDiffOutputSchema,
  registryHistoryOutputSchema,
  registryListOutputSchema,
  registryShowOutputSchema,
  registryVerifyOutputSchema,
} from "./registry-output.ts";
import { runOutputSchema } from "./run-output.ts";
import { runStateOutputSchema } from "./run-state-output.ts";
import { collectProxyOutputSchema, serveOutputSchema } from "./serve-output.ts";
import {
  feedbackOutputSchema,
  traceOutputSchema,
  tracesDeleteOutputSchema,
  tracesExportOutputSchema,
  tracesListOutputSchema,
} from "./traces-output.ts";

/** Every document that a command prints under `--json`, by the name `schema --output` takes. */
export const outputSchemas: Readonly<Record<string, z.ZodType>> = {
  run: runOutputSchema,
  plan: planOutputSchema,
  eval: evalOutputSchema,
  call: callOutputSchema,
  collect: collectOutputSchema,
  "collect-import": collectImportOutputSchema,
  "collect-proxy": collectProxyOutputSchema,
  serve: serveOutputSchema,
  migrate: migrateOutputSchema,
  "migrate-plan": migrationPlanOutputSchema,
  validate: validateOutputSchema,
  init: initOutputSchema,
  "runs-list": runsListOutputSchema,
  "runs-show": z.union([runOutputSchema, runStateOutputSchema]),
  report: reportOutputSchema,
  doctor: doctorOutputSchema,
  "registry-list": registryListOutputSchema,
  "registry-show": registryShowOutputSchema,
  "registry-history": registryHistoryOutputSchema,
  "registry-diff": registryDiffOutputSchema,
  "registry-deploy": deploymentOutputSchema,
  "registry-rollback": deploymentOutputSchema,
  "registry-undeploy": deploymentOutputSchema,
  "registry-upsert": registryUpsertOutputSchema,
  "registry-rename-version": registryShowOutputSchema,
  "registry-move": registryMoveOutputSchema,
  "registry-delete": registryDeleteOutputSchema,
  "registry-environment-add": registryEnvironmentAddOutputSchema,
  "registry-environment-list": registryEnvironmentListOutputSchema,
  "registry-export": registryExportOutputSchema,
  "registry-import": registryImportOutputSchema,
  "registry-types": registryTypesOutputSchema,
  "registry-verify": registryVerifyOutputSchema,
  "dataset-list": datasetListOutputSchema,
  "dataset-show": datasetShowOutputSchema,
  "dataset-stats": datasetStatsOutputSchema,
  "dataset-merge": datasetMergeOutputSchema,
  "dataset-split": datasetSplitOutputSchema,
  "dataset-export": datasetExportOutputSchema,
  "dataset-validate": datasetValidateOutputSchema,
  "traces-list": tracesListOutputSchema,
  "traces-show": traceOutputSchema,
  "traces-export": tracesExportOutputSchema,
  "traces-delete": tracesDeleteOutputSchema,
  feedback: feedbackOutputSchema,
  error: errorOutputSchema,
};
