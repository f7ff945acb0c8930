import type { z } from "zod";
import { doctorOutputSchema } from "../commands/doctor.ts";
import { initOutputSchema } from "../commands/init.ts";
import { reportOutputSchema } from "../commands/report.ts";
import { runsListOutputSchema } from "../commands/runs.ts";
import { validateOutputSchema } from "../commands/validate.ts";
import { errorOutputSchema } from "./error-output.ts";
import { evalOutputSchema } from "./eval-output.ts";
import { planOutputSchema } from "./plan-output.ts";
import {
  deploymentOutputSchema,
  registryDiffOutputSchema,
  registryHistoryOutputSchema,
  registryListOutputSchema,
  registryShowOutputSchema,
  registryVerifyOutputSchema,
} from "./registry-output.ts";
import { runOutputSchema } from "./run-output.ts";

/** Every document that a command prints under `--json`, by the name `schema --output` takes. */
export const outputSchemas: Readonly<Record<string, z.ZodType>> = {
  run: runOutputSchema,
  plan: planOutputSchema,
  eval: evalOutputSchema,
  validate: validateOutputSchema,
  init: initOutputSchema,
  "runs-list": runsListOutputSchema,
  "runs-show": runOutputSchema,
  report: reportOutputSchema,
  doctor: doctorOutputSchema,
  "registry-list": registryListOutputSchema,
  "registry-show": registryShowOutputSchema,
  "registry-history": registryHistoryOutputSchema,
  "registry-diff": registryDiffOutputSchema,
  "registry-deploy": deploymentOutputSchema,
  "registry-rollback": deploymentOutputSchema,
  "registry-verify": registryVerifyOutputSchema,
  error: errorOutputSchema,
};
