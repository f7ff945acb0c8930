import { z } from "zod";
import type { AgentAnswer, AgentInput } from "../contracts/agent.ts";
import type { Adaptation, Completion, CompletionRequest } from "../contracts/language-model.ts";
import { transferredErrorSchema } from "./transfer-error.ts";

const adaptation = z.object({ parameter: z.string(), sentAs: z.string().optional() });
const json = z.record(z.string(), z.unknown());

const modelJob = z.strictObject({
  kind: z.literal("model"),
  /** Digest of the need that the job belongs to. */
  need: z.string(),
  messages: z.array(z.unknown()),
  parameters: json.optional(),
  repeat: z.int().optional(),
  isLong: z.boolean().optional(),
  /** How often the run has sent the same request before; only for simulated faults. */
  attempt: z.int().nonnegative().optional(),
  timeoutMs: z.number().positive(),
  longTimeoutMs: z.number().positive().optional(),
  /** Request changes that the model is known to need. */
  adaptations: z.array(adaptation),
});

const agentJob = z.strictObject({
  kind: z.literal("agent"),
  need: z.string(),
  input: z.strictObject({ inputs: json, prompts: json, model: json }),
  timeoutMs: z.number().positive(),
});

/** One attempt of one effect. Plain JSON without secrets. */
export const jobSchema = z.discriminatedUnion("kind", [modelJob, agentJob]);

export type ModelJob = Omit<z.infer<typeof modelJob>, "messages" | "parameters" | "adaptations"> &
  Pick<CompletionRequest, "messages" | "parameters"> & { readonly adaptations: readonly Adaptation[] };
export type AgentJob = Omit<z.infer<typeof agentJob>, "input"> & { readonly input: AgentInput };
export type Job = ModelJob | AgentJob;

/** What a worker sends back. */
export const resultSchema = z.object({
  /** Name of the worker. */
  worker: z.string(),
  completion: json.optional(),
  answer: json.optional(),
  error: transferredErrorSchema.optional(),
  /** The worker may not do the job. */
  refusal: z.string().optional(),
  /** All request changes known after the attempt. */
  adaptations: z.array(adaptation).optional(),
  warnings: z.array(z.string()).optional(),
});

export type JobResult = Omit<z.infer<typeof resultSchema>, "completion" | "answer" | "adaptations"> & {
  readonly completion?: Completion;
  readonly answer?: AgentAnswer;
  readonly adaptations?: readonly Adaptation[];
};
