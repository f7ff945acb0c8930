import { z } from "zod";
import { answersPruneOutputSchema, answersStatusOutputSchema } from "../commands/answers/output.ts";
import { callOutputSchema } from "../commands/call/output.ts";
import {
  collectImportOutputSchema,
  collectOutputSchema,
  collectProxyOutputSchema,
} from "../commands/collect/output.ts";
import {
  datasetExportOutputSchema,
  datasetListOutputSchema,
  datasetMergeOutputSchema,
  datasetShowOutputSchema,
  datasetSplitOutputSchema,
  datasetStatsOutputSchema,
  datasetValidateOutputSchema,
} from "../commands/dataset/output.ts";
import { doctorOutputSchema } from "../commands/doctor/output.ts";
import { evalOutputSchema } from "../commands/eval/output.ts";
import { headroomOutputSchema } from "../commands/headroom/output.ts";
import { initOutputSchema } from "../commands/init/command.ts";
import { judgeAlignOutputSchema } from "../commands/judge/align-output.ts";
import { judgeCheckOutputSchema } from "../commands/judge/check-output.ts";
import { judgeCheckPlanOutputSchema } from "../commands/judge/check-plan.ts";
import { migrateOutputSchema, migrationPlanOutputSchema } from "../commands/migrate/output.ts";
import { modelsOutputSchema, modelsProvidersOutputSchema } from "../commands/models/output.ts";
import {
  registryDeleteOutputSchema,
  registryEnvironmentAddOutputSchema,
  registryEnvironmentListOutputSchema,
  registryExportOutputSchema,
  registryImportOutputSchema,
  registryMoveOutputSchema,
  registryTypesOutputSchema,
  registryUpsertOutputSchema,
} from "../commands/registry/change-output.ts";
import {
  deploymentOutputSchema,
  registryDiffOutputSchema,
  registryHistoryOutputSchema,
  registryListOutputSchema,
  registryShowOutputSchema,
  registryVerifyOutputSchema,
} from "../commands/registry/output.ts";
import { registryPullOutputSchema, registryPushOutputSchema } from "../commands/registry/transfer-output.ts";
import { reportOutputSchema } from "../commands/report/command.ts";
import { runOutputSchema } from "../commands/run/output.ts";
import { planOutputSchema } from "../commands/run/plan-output.ts";
import { runsListOutputSchema } from "../commands/runs/command.ts";
import { runStateOutputSchema } from "../commands/runs/output.ts";
import { serveOutputSchema } from "../commands/serve/output.ts";
import {
  feedbackOutputSchema,
  traceOutputSchema,
  tracesDeleteOutputSchema,
  tracesExportOutputSchema,
  tracesListOutputSchema,
} from "../commands/traces/output.ts";
import { validateOutputSchema } from "../commands/validate/command.ts";
import { workerOutputSchema } from "../commands/worker/output.ts";
import { schemaInitOutputSchema } from "../session/init-database.ts";
import { errorOutputSchema } from "./error-output.ts";

/** Schemas of all `--json` outputs, by the name for `schema --output`. */
export const outputSchemas: Readonly<Record<string, z.ZodType>> = {
  run: runOutputSchema,
  plan: planOutputSchema,
  eval: evalOutputSchema,
  headroom: headroomOutputSchema,
  "judge-check": judgeCheckOutputSchema,
  "judge-align": judgeAlignOutputSchema,
  "judge-check-plan": judgeCheckPlanOutputSchema,
  call: callOutputSchema,
  collect: collectOutputSchema,
  "collect-import": collectImportOutputSchema,
  "collect-proxy": collectProxyOutputSchema,
  serve: serveOutputSchema,
  worker: workerOutputSchema,
  migrate: migrateOutputSchema,
  "migrate-plan": migrationPlanOutputSchema,
  validate: validateOutputSchema,
  init: initOutputSchema,
  "runs-list": runsListOutputSchema,
  "runs-show": z.union([runOutputSchema, runStateOutputSchema]),
  "runs-merge": runOutputSchema,
  report: reportOutputSchema,
  "answers-init": schemaInitOutputSchema,
  "answers-status": answersStatusOutputSchema,
  "answers-prune": answersPruneOutputSchema,
  doctor: doctorOutputSchema,
  models: modelsOutputSchema,
  "models-providers": modelsProvidersOutputSchema,
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
  "registry-push": registryPushOutputSchema,
  "registry-pull": registryPullOutputSchema,
  "registry-types": registryTypesOutputSchema,
  "registry-verify": registryVerifyOutputSchema,
  "dataset-list": datasetListOutputSchema,
  "dataset-show": datasetShowOutputSchema,
  "dataset-stats": datasetStatsOutputSchema,
  "dataset-merge": datasetMergeOutputSchema,
  "dataset-split": datasetSplitOutputSchema,
  "dataset-export": datasetExportOutputSchema,
  "dataset-validate": datasetValidateOutputSchema,
  "traces-init": schemaInitOutputSchema,
  "traces-list": tracesListOutputSchema,
  "traces-show": traceOutputSchema,
  "traces-export": tracesExportOutputSchema,
  "traces-delete": tracesDeleteOutputSchema,
  feedback: feedbackOutputSchema,
  error: errorOutputSchema,
};
