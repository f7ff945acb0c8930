import type { OpenAI } from "openai";
import { createProcessDelivery } from "../delivery/process-delivery.ts";
import { processHost } from "../process-host.ts";
import type { DaoOptOptions } from "../settings/client-options.ts";
import { type ClientRecorder, createClientRecorder } from "./client-recorder.ts";
import { markHelpers } from "./mark-runner.ts";

/** Shared by all clients of the process, of whatever class. */
const delivery = createProcessDelivery(processHost);
const recording = new WeakSet<object>();

/** The recorder of a client that was just made, in the process that this code runs in. */
export function openRecorder(
  client: OpenAI,
  provider: string,
  options: { readonly daoOpt?: DaoOptOptions | undefined; readonly libretto?: DaoOptOptions | undefined },
): ClientRecorder {
  const recorder = createClientRecorder({ client, provider, options, host: processHost, delivery });
  markHelpers(client);
  recording.add(client);
  return recorder;
}

/** Is it a client of this package? */
export function isRecording(value: unknown): boolean {
  return typeof value === "object" && value !== null && recording.has(value);
}
