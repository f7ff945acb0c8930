import type { ClientHost } from "./host.ts";

/**
 * The one place below the command line that accesses the global `process` (docs/decisions/015): no caller of a
 * library's client can pass it in.
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
