import { join } from "node:path";
import { callPrompt } from "../../../calls/prompt/call-prompt.ts";
import { createCallServices, type PromptCallServices } from "../../../calls/prompt/call-services.ts";
import type { PromptCallRequest, PromptCallResponse } from "../../../calls/prompt/prompt-call.ts";
import { streamPrompt } from "../../../calls/prompt/sample/stream-prompt.ts";
import { readEnvironment } from "../../../config/values/environment.ts";
import { openRegistry } from "../../../registry/open-registry.ts";
import { listenForSignals } from "../../../run/session/interrupts.ts";
import { openTraces } from "../../../traces/open-traces.ts";
import { type CliContext, filedBy, lookOf } from "../../context.ts";
import { exitDone, exitRuntime } from "../../exit-codes.ts";
import { readModels, readWorkspace } from "../../session/workspace.ts";
import type { Settings } from "../../settings.ts";
import { printLosses, printNotices } from "../../terminal/notices.ts";
import { callOutput } from "./output.ts";
import { readCallRequest } from "./read-request.ts";
import { callFacts, deltaWriter, renderAnswers } from "./text.ts";

/** `call`: calls the model with a stored prompt and prints the output. Exit 1 if a sample failed. */
export async function callCommand(
  [reference]: readonly string[],
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<number> {
  const places = await readWorkspace(options, context);
  const { settings, configFile, registryPath } = places;
  const models = await readModels(places, context);
  const request = await readCallRequest(reference, options, registryPath, context);
  const { cwd, env } = context;
  const traces = await openTraces(places);
  const services = createCallServices({
    registry: openRegistry(registryPath, filedBy(context)),
    traces,
    models,
    env: await readEnvironment(configFile ?? join(cwd, "call"), { env, cwd, envFile: settings.envFile }),
  });
  const controller = new AbortController();
  const forget = listenForSignals(context, controller);
  try {
    const asked = { ...request, signal: controller.signal };
    const isStreamed = options["stream"] === true;
    const response = isStreamed
      ? await streamed(services, asked, settings, context)
      : await whole(services, asked, settings, context);
    if (settings.json === true) context.stdout.write(`${JSON.stringify(callOutput(response), null, 2)}\n`);
    else if (settings.quiet !== true) printNotes(context, settings, [callFacts(response)]);
    return response.logs.some(({ error }) => error !== null) ? exitRuntime : exitDone;
  } catch (error) {
    throw controller.signal.aborted ? controller.signal.reason : error;
  } finally {
    forget();
    printLosses(context, lookOf(context, context.stderr, settings), await traces.close());
  }
}

async function whole(
  services: PromptCallServices,
  request: PromptCallRequest,
  settings: Settings,
  context: CliContext,
): Promise<PromptCallResponse> {
  const response = await callPrompt(services, request);
  printNotes(context, settings, response.notes);
  if (settings.json !== true) context.stdout.write(renderAnswers(response));
  return response;
}

async function streamed(
  services: PromptCallServices,
  request: PromptCallRequest,
  settings: Settings,
  context: CliContext,
): Promise<PromptCallResponse> {
  const stream = await streamPrompt(services, request);
  printNotes(context, settings, stream.notes);
  const write = settings.json === true ? () => {} : (text: string) => context.stdout.write(text);
  const take = deltaWriter(request.numSamples ?? 1, write);
  for await (const delta of stream) take(delta);
  return stream.response;
}

function printNotes(context: CliContext, settings: Settings, notes: readonly string[]): void {
  printNotices(context, lookOf(context, context.stderr, settings), { warnings: [], notes });
}
