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

/** What the client needs of the process it lives in. Only `process-host.ts` makes one of the real thing. */
export interface ClientHost {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Called when nothing is left to do; what it starts keeps the process alive until it is done. */
  onBeforeExit(drain: () => Promise<void>): void;
  /** A line for whoever runs the application; never a key, never a text of the application. */
  warn(message: string): void;
}
