import { z } from "zod";

/** Printed by `worker --json` when the worker has ended. */
export const workerOutputSchema = z.object({
  queue: z.string().describe("without user and password"),
  name: z.string().describe("host and process"),
  concurrency: z.int(),
  done: z.int().describe("attempts with an answer"),
  failed: z.int().describe("attempts that ended with an error; the run decides whether to retry"),
  dropped: z.int().describe("results that came after their run had given them up"),
  seconds: z.number(),
});

export type WorkerOutput = z.infer<typeof workerOutputSchema>;
