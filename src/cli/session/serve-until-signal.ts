import type { TraceStore } from "../../contracts/trace-store.ts";
import type { Server } from "../../server/create-server.ts";
import type { ServerAddress, ServerLog } from "../../server/server-services.ts";
import type { CliContext, Look } from "../context.ts";
import { exitCodeOfSignal } from "../exit-codes.ts";
import { renderNotice } from "../terminal/notices.ts";
import type { ServerFlags } from "./server-flags.ts";

/** How long pending responses may take after the first signal. */
const gracePeriodMs = 30_000;

/**
 * Serves until SIGINT or SIGTERM, then lets pending responses finish. A second signal exits immediately.
 * Rejects with UsageError if it cannot listen, and with errors of `onReady`.
 */
export async function serveUntilSignal(
  server: Server,
  { port, host }: Pick<ServerFlags, "port" | "host">,
  context: CliContext,
  onReady: (address: ServerAddress) => void,
): Promise<void> {
  const stopped = new Promise<void>((resolve) => {
    let signals = 0;
    context.onSignal((signal) => {
      signals++;
      if (signals === 1) resolve();
      else context.exitNow(exitCodeOfSignal(signal));
    });
  });
  const address = await server.listen(port, host);
  let graceMs = 0;
  try {
    onReady(address);
    await stopped;
    graceMs = gracePeriodMs;
  } finally {
    await server.close(graceMs);
  }
}

/** Wraps the store if `--redact` is set. */
export async function withRedaction(
  traces: TraceStore,
  options: Readonly<Record<string, unknown>>,
): Promise<TraceStore> {
  if (options["redact"] !== true) return traces;
  const [{ createRedactor }, { redactedTraces }] = await Promise.all([
    import("../../traces/redaction/create-redactor.ts"),
    import("../../traces/redacted-traces.ts"),
  ]);
  return redactedTraces(traces, createRedactor());
}

/** Prints server messages to stderr. */
export function serverLog(context: Pick<CliContext, "stderr">, look: Look): ServerLog {
  return (line, kind = "warning") => context.stderr.write(renderNotice(kind, line, look));
}
