import { NotFoundError, UsageError } from "../../../core/errors.ts";
import { nearNames } from "../../../core/text/near-names.ts";
import type { RouteApp } from "../../route-group.ts";
import { answer, createRoute, done, idParam, jsonBody, problems, sendJson, z } from "../describe-route.ts";
import { type Monitor, withMonitors } from "../evaluator-response.ts";
import { type HumanloopServices, versionOf } from "../humanloop-services.ts";
import { environmentJson } from "../prompt-response.ts";
import { environmentSchema, promptResponseSchema } from "../schemas/prompt-schemas.ts";
import { shownVersion } from "./prompt-routes.ts";

const tags = ["environments"];
const environmentParams = idParam.extend({
  environment_id: z.string().min(1).openapi({ description: "`env_…` or a name" }),
});

const list = createRoute({
  method: "get",
  path: "/v5/prompts/{id}/environments",
  tags,
  summary: "List environments with the prompt's deployed versions",
  request: { params: idParam },
  responses: {
    200: answer(z.array(environmentSchema.extend({ file: promptResponseSchema.optional() }))),
    ...problems,
  },
});

const deploy = createRoute({
  method: "post",
  path: "/v5/prompts/{id}/environments/{environment_id}",
  tags,
  summary: "Deploy a version to an environment",
  request: { params: environmentParams, query: z.object({ version_id: z.string().min(1) }) },
  responses: { 200: answer(promptResponseSchema), ...problems },
});

const undeploy = createRoute({
  method: "delete",
  path: "/v5/prompts/{id}/environments/{environment_id}",
  tags,
  summary: "Remove a prompt from an environment",
  request: { params: environmentParams },
  responses: { 204: done, ...problems },
});

const monitor = z.object({
  evaluator_version_id: z.string().nullish(),
  evaluator_id: z.string().nullish(),
  environment_id: z.string().nullish(),
});

const monitoring = createRoute({
  method: "post",
  path: "/v5/prompts/{id}/evaluators",
  tags,
  summary: "Set the evaluators of a prompt; they are stored but not run",
  request: {
    params: idParam,
    body: jsonBody(
      z.object({ activate: z.array(monitor).nullish(), deactivate: z.array(monitor).nullish() }),
    ),
  },
  responses: { 200: answer(promptResponseSchema), ...problems },
});

export function addEnvironmentRoutes(app: RouteApp, services: HumanloopServices): void {
  const { registry, respond } = services;
  app.openapi(list, async (context) => {
    const summary = await registry.prompt(context.req.valid("param").id);
    const records = await registry.environmentRecords();
    const answers = await Promise.all(
      records.map(async (one) => {
        const number = summary.environments[one.name];
        const environment = environmentJson(one, summary);
        if (number === undefined) return environment;
        return { ...environment, file: await respond(await registry.get(`${summary.path}@${number}`)) };
      }),
    );
    return sendJson(context, answers);
  });
  app.openapi(deploy, async (context) => {
    const { id, environment_id: environmentId } = context.req.valid("param");
    const version = await versionOf(services, id, context.req.valid("query"));
    await registry.deploy(version.versionId, await environmentNamed(services, environmentId));
    return sendJson(context, await respond(await registry.get(version.versionId)));
  });
  app.openapi(undeploy, async (context) => {
    const { id, environment_id: environmentId } = context.req.valid("param");
    const { path } = await registry.prompt(id);
    await registry.undeploy(path, await environmentNamed(services, environmentId));
    return context.body(null, 204);
  });
  app.openapi(monitoring, async (context) => {
    const { promptId, tags: before } = await registry.prompt(context.req.valid("param").id);
    const { activate, deactivate } = context.req.valid("json");
    const version = await shownVersion(services, promptId);
    const { path, template, templateLanguage, model } = version;
    const after = withMonitors(before, monitorsIn(activate), monitorsIn(deactivate));
    await registry.upsert({ path, template, templateLanguage, model, tags: after });
    return sendJson(context, await respond(version));
  });
}

async function environmentNamed({ registry }: HumanloopServices, wanted: string): Promise<string> {
  const known = await registry.environmentRecords();
  const found = known.find(({ id, name }) => id === wanted || name === wanted);
  if (found !== undefined) return found.name;
  const names = known.map(({ name }) => name);
  throw new NotFoundError("environment", wanted, nearNames(wanted, names), {
    hint: `the environments are ${known.map(({ id, name }) => `${name} (${id})`).join(", ")}`,
  });
}

function monitorsIn(given: readonly z.output<typeof monitor>[] | null | undefined): readonly Monitor[] {
  return (given ?? []).map(
    ({ evaluator_version_id: version, evaluator_id: evaluator, environment_id: environment }) => {
      const name = version ?? evaluator;
      if (name === null || name === undefined)
        throw new UsageError(
          "an evaluator requires evaluator_version_id, or evaluator_id with environment_id",
        );
      return { evaluator: name, environment };
    },
  );
}
