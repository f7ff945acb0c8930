import { z } from "zod";

/** Printed by `serve --json` once it listens. */
export const serveOutputSchema = z.object({
  url: z.string(),
  port: z.int(),
  registry: z.string(),
  state: z.string(),
});

export type ServeOutput = z.infer<typeof serveOutputSchema>;
