import type { ClientHost } from "./host.ts";

/**
 * The one place below the command line that names the global `process` (see the decision of 2026-11-21 in
 * src/README.md): a library's client has nobody above it who could hand the process in.
 */
export const processHost: ClientHost = {
  get env() {
    return process.env;
  },
  onBeforeExit(drain) {
    process.on("beforeExit", () => void drain());
  },
  warn(message) {
    process.emitWarning(message, { type: "DaoOptWarning" });
  },
};
