import { z } from "zod";
import { defined } from "../core/defined.ts";
import { AgentError, ModelError, type ModelErrorKind, thrownReason } from "../core/errors.ts";

const usage = z.looseObject({ inputTokens: z.number(), outputTokens: z.number() });

/** An error on its way from a worker to a run. Plain JSON without stack and cause, which may hold anything. */
export const transferredErrorSchema = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("model"),
    message: z.string(),
    hint: z.string().optional(),
    kind: z.string(),
    status: z.number().optional(),
    retryAfterMs: z.number().optional(),
    usage: usage.optional(),
    systemCode: z.string().optional(),
    providerCode: z.string().optional(),
    wasSent: z.boolean().optional(),
  }),
  z.object({
    type: z.literal("agent"),
    message: z.string(),
    hint: z.string().optional(),
    isInfrastructure: z.boolean(),
    billing: z.enum(["none", "answered", "lost"]).optional(),
  }),
]);

export type TransferredError = z.infer<typeof transferredErrorSchema>;

/** `mask` hides the worker's secrets. An unexpected error is the application's own. */
export function packError(error: unknown, mask: (text: string) => string): TransferredError {
  const text = (value: string | undefined) => (value === undefined ? undefined : mask(value));
  if (error instanceof ModelError) {
    const { kind, status, retryAfterMs, usage: used, systemCode, providerCode, wasSent } = error;
    const facts = { kind, status, retryAfterMs, usage: used && { ...used }, systemCode, wasSent };
    return defined({
      ...facts,
      type: "model",
      message: mask(error.message),
      hint: text(error.hint),
      providerCode: text(providerCode),
    } as const);
  }
  const own = error instanceof AgentError ? error : undefined;
  return defined({
    type: "agent",
    message: mask(thrownReason(error)),
    hint: text(own?.hint),
    isInfrastructure: own?.isInfrastructure ?? false,
    billing: own?.billing,
  } as const);
}

/** `name` of the worker becomes part of errors about its own set-up. */
export function unpackError(packed: TransferredError, name: string): ModelError | AgentError {
  if (packed.type === "agent") {
    const { message, hint, isInfrastructure, billing } = packed;
    return new AgentError(message, { ...defined({ billing }), hint, isInfrastructure });
  }
  const { type: _, message, kind, ...details } = packed;
  const isOwn = kind === "auth" || kind === "unreachable";
  return new ModelError(isOwn ? `worker ${name}: ${message}` : message, {
    ...details,
    kind: kind as ModelErrorKind,
  });
}
