import type { ModelSpec } from "../../contracts/model-spec.ts";
import type { GenerationRequest, PromptModel } from "../../contracts/prompt-model.ts";
import type { PromptVersion } from "../../contracts/registry.ts";
import type { TraceStore } from "../../contracts/trace-store.ts";
import type { JsonObject, JsonValue } from "../../core/data/json.ts";
import { ConflictError, UsageError } from "../../core/errors.ts";
import type { ModelConfiguration, ModelParameters } from "../../core/prompt/prompt.ts";
import type { SecretMask } from "../../core/text/secret.ts";
import type { Price } from "../../core/usage.ts";
import { unacceptedParameters } from "../../models/limits/known-models.ts";
import { secretMask } from "../../models/secret-mask.ts";
import type { PromptCallServices } from "./call-services.ts";
import type { PromptCallRequest } from "./prompt-call.ts";
import { chooseTools, textOfCall } from "./sample/text-of-call.ts";
import { openCallModel } from "./version/call-model.ts";
import { checkEndpoints, checkGivenDetails } from "./version/check-given-details.ts";
import { type CallDetails, chooseVersion, detailsOfRequest, namesVersion } from "./version/choose-version.ts";
import { modelOfVersion } from "./version/model-of-version.ts";

/** A validated call, ready to be sent to a model. */
export interface PreparedCall {
  readonly services: PromptCallServices;
  readonly request: PromptCallRequest;
  readonly version: PromptVersion;
  readonly model: PromptModel;
  readonly spec: ModelSpec;
  readonly isOfConfig: boolean;
  /** Masks the call's keys in what is logged. */
  readonly mask: SecretMask;
  readonly price: Price | undefined;
  readonly generation: Omit<GenerationRequest, "isStreamed" | "signal">;
  readonly inputs: JsonObject;
  readonly toolChoice: JsonValue;
  /** Ids of the samples' logs. */
  readonly logIds: readonly string[];
  /** Id of the log at the top of the trace that the call is nested in; absent if it is not nested. */
  readonly traceId?: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly notes: readonly string[];
}

const mostSamples = 128;

/** Validates a request. Rejects before anything is sent or logged. */
export async function prepareCall(
  services: PromptCallServices,
  request: PromptCallRequest,
): Promise<PreparedCall> {
  const startedAt = services.now().toISOString();
  const samples = checkedCount("number of samples", request.numSamples ?? 1, 1, mostSamples);
  if (request.logprobs !== undefined) checkedCount("number of log-probabilities", request.logprobs, 0, 20);
  checkGivenDetails(request);
  checkEndpoints(request.providerApiKeys ?? {}, services.allowedEndpoints);
  const logIds = await logIdsOf(services, request.logId, samples);
  const traceId = await rootOfParent(services.traces, request.traceParentId);
  // A rejected call stores nothing, so details in the request are validated before they become a version.
  const given = detailsOfRequest(request);
  if (given !== undefined) await readied(services, request, given);
  const version = await chooseVersion(services.registry, request, services.models);
  const { inputs, text, tools, callModel, model } = await readied(services, request, version);
  const { prompt, notes } = text;
  const {
    spec,
    secrets,
    isPriced,
    price = isPriced ? services.priceOf(spec.name, spec.provider) : undefined,
  } = callModel;
  const mask = secretMask(secrets, spec.baseUrl, Object.values(request.providerApiKeys ?? {}));
  const isVainSuffix = request.suffix !== undefined && typeof prompt !== "string";
  return Object.freeze({
    ...{ services, request, version, model, spec, mask, inputs, startedAt },
    price,
    isOfConfig: callModel.isOfConfig === true,
    generation: {
      prompt,
      parameters: parametersOf(version.model, tools.isSent ? tools.choice : undefined),
      ...(request.logprobs === undefined ? {} : { logprobs: request.logprobs }),
      ...(request.suffix === undefined || isVainSuffix ? {} : { suffix: request.suffix }),
    },
    toolChoice: tools.choice,
    logIds,
    ...(traceId === undefined ? {} : { traceId }),
    notes: [
      ...(request.prompt !== undefined && namesVersion(request)
        ? [`the details given were not used: the call names version ${version.version} of ${version.path}`]
        : []),
      ...notes,
      ...(callModel.note === undefined ? [] : [callModel.note]),
      ...refusedParameters(spec, version.model),
      ...(isVainSuffix ? ["the suffix was not sent: it is only for prompts with endpoint: complete"] : []),
    ],
  });
}

/** Validates details before anything is sent. */
async function readied(services: PromptCallServices, request: PromptCallRequest, details: CallDetails) {
  const inputs = request.inputs ?? {};
  const keys = request.providerApiKeys ?? {};
  const { model: configuration } = details;
  const text = await textOfCall(services.templates, details, inputs, request.messages ?? []);
  const tools = chooseTools(request.toolChoice ?? configuration.toolChoice, configuration.tools ?? []);
  const callModel = modelOfVersion(details, services, keys);
  const model = await openCallModel(services.openModel, callModel, Object.keys(keys).length > 0);
  return { inputs, text, tools, callModel, model };
}

/** All parameters sent besides the text. */
function parametersOf(configuration: ModelConfiguration, toolChoice: JsonValue | undefined): ModelParameters {
  const {
    model: _,
    provider: __,
    endpoint: ___,
    attributes: ____,
    toolChoice: _____,
    ...sent
  } = configuration;
  return toolChoice === undefined ? sent : { ...sent, toolChoice };
}

/** Parameters that the model is known to reject are sent, rejected and omitted once: the call still works. */
function refusedParameters(
  { name, provider }: ModelSpec,
  configuration: ModelConfiguration,
): readonly string[] {
  return unacceptedParameters(name, configuration, provider).map(
    ({ parameter, advice }) =>
      `${advice} from the prompt's model; ${parameter} is omitted if the model rejects it`,
  );
}

function checkedCount(what: string, value: number, low: number, high: number): number {
  if (Number.isSafeInteger(value) && value >= low && value <= high) return value;
  throw new UsageError(`the ${what} is ${value}`, { hint: `use a whole number from ${low} to ${high}` });
}

async function logIdsOf(
  { traces, newLogId }: PromptCallServices,
  wanted: string | undefined,
  count: number,
): Promise<readonly string[]> {
  const ids = Array.from({ length: count }, (_, at) => (at === 0 ? wanted : undefined) ?? newLogId());
  if (wanted === undefined || traces.find === undefined) return ids;
  await traces.flush();
  if ((await traces.find(wanted)) === undefined) return ids;
  throw new ConflictError(`a log with the id ${wanted} already exists`, {
    hint: "use another log_id, or none",
  });
}

/** Deeper nesting is a cycle. */
const deepest = 64;

/**
 * Id of the log at the top of a parent's trace; undefined if there is no parent or the store cannot look it up.
 * Rejects with UsageError if the parent was never logged.
 */
async function rootOfParent(
  traces: PromptCallServices["traces"],
  parentId: string | undefined,
): Promise<string | undefined> {
  const { find } = traces;
  if (parentId === undefined || find === undefined) return undefined;
  const parent = (await find(parentId)) ?? (await afterFlush(traces, find, parentId));
  if (parent === undefined) {
    throw new UsageError(`trace_parent_id: there is no log ${parentId}`, {
      hint: "log the parent first and pass the id of its log",
    });
  }
  let top = parent;
  for (let level = 0; level < deepest && top.parentId !== undefined; level++) {
    const above = await find(top.parentId);
    // The parent was deleted or never logged, so its id is used.
    if (above === undefined) return top.parentId;
    top = above;
  }
  return top.traceId;
}

/** A parent logged a moment ago may not be on disk yet. */
async function afterFlush(traces: PromptCallServices["traces"], find: TraceStore["find"], parentId: string) {
  await traces.flush();
  return find(parentId);
}
