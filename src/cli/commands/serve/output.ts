import { z } from "zod";

/** What `serve --json` prints when it is ready. */
export const serveOutputSchema = z.object({
  url: z.string(),
  port: z.int(),
  registry: z.string(),
  state: z.string(),
});

export type ServeOutput = z.infer<typeof serveOutputSchema>;

/** What `collect proxy --json` prints when it is ready. */
export const collectProxyOutputSchema = z.object({
  /** The base URL for callers, `/v1` included. */
  url: z.string(),
  port: z.int(),
  upstream: z.string(),
  state: z.string(),
  dataset: z.string().nullable(),
});

export type CollectProxyOutput = z.infer<typeof collectProxyOutputSchema>;
