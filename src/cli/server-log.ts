import type { ServerLog } from "../server/server-services.ts";
import type { CliContext, Look } from "./context.ts";
import { renderNotice } from "./terminal/notices.ts";

/** What a server has to say while it serves, on stderr. */
export function serverLog(context: Pick<CliContext, "stderr">, look: Look): ServerLog {
  return (line, kind = "warning") => context.stderr.write(renderNotice(kind, line, look));
}
