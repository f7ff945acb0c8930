import { ModelError } from "../core/errors.ts";

/** Marks an attempt whose worker was lost: the provider may bill it, and its answer never comes. */
const workerLostCode = "worker_lost";

/** How often one request is made again after lost workers: a job that ends every worker has an end itself. */
export const mostLosses = 10;

/** The error of an attempt whose worker was lost after it had started. Billed as a lost call. */
export function workerLostError(message: string): ModelError {
  return new ModelError(message, {
    kind: "connection",
    providerCode: workerLostCode,
    hint: "the worker ended or lost the queue; see its output",
  });
}

export function isWorkerLost(error: unknown): error is ModelError {
  return error instanceof ModelError && error.providerCode === workerLostCode;
}
