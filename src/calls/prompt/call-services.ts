import { randomBytes } from "node:crypto";
import type { Config } from "../../config/config.ts";
import { knownPrice } from "../../config/prices.ts";
import type { OpenPromptModel } from "../../contracts/prompt-model.ts";
import type { PromptRegistry } from "../../contracts/registry.ts";
import type { TraceSink, TraceStore } from "../../contracts/trace-store.ts";
import { createTemplateRenderer, type TemplateRenderer } from "../../core/template/template-renderer.ts";
import type { Price } from "../../core/usage.ts";
import type { Transport } from "../../models/generation/transport.ts";
import { createPromptModelOpener } from "../../models/open-prompt-model.ts";

/** Dependencies of a call of a stored prompt. */
export interface PromptCallServices {
  readonly registry: Pick<PromptRegistry, "get" | "upsert" | "environments">;
  /** `find` checks whether a caller's log id is taken; a plain sink cannot. */
  readonly traces: Pick<TraceSink, "append" | "flush"> & Partial<Pick<TraceStore, "find">>;
  readonly openModel: OpenPromptModel;
  readonly templates: TemplateRenderer;
  /** Allowed origins for an endpoint passed with a call; absent: any, because the program itself passes it. */
  readonly allowedEndpoints?: readonly string[];
  /** Keys and addresses of providers: `OPENAI_API_KEY`, `OPENAI_BASE_URL` and others. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Models of the config in use, by key; calls then go only to their addresses. */
  readonly models?: Config["models"] | undefined;
  readonly now: () => Date;
  readonly newLogId: () => string;
  /** Price of a provider's model by its name; undefined if unknown. */
  readonly priceOf: (model: string, provider: string) => Price | undefined;
}

/** The services with default values. Create them once per program, so that calls share connections. */
export function createCallServices(
  given: Pick<PromptCallServices, "registry" | "traces" | "env"> & Partial<PromptCallServices>,
): PromptCallServices {
  return Object.freeze({
    now: () => new Date(),
    newLogId,
    priceOf: knownPrice,
    ...given,
    openModel: given.openModel ?? createPromptModelOpener(openOffline),
    templates: given.templates ?? createTemplateRenderer(),
  });
}

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const idLength = 21;
/** Larger bytes would make the first letters of the alphabet more likely. */
const fairBytes = 248;

/** Drawn in bulk: one draw costs as much as a hundred bytes. */
let bytes: Buffer = Buffer.alloc(0);
let used = 0;

/** `log_` and 21 random characters. */
export function newLogId(): string {
  let id = "";
  while (id.length < idLength) {
    if (used === bytes.length) {
      bytes = randomBytes(4096);
      used = 0;
    }
    const byte = bytes[used++] ?? fairBytes;
    if (byte < fairBytes) id += alphabet[byte % alphabet.length];
  }
  return `log_${id}`;
}

async function openOffline(): Promise<Transport> {
  return (await import("../../offline/offline-transport.ts")).createOfflineTransport();
}
