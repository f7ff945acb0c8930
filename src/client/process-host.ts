/**
 * The only place below the command line that accesses the global `process` (docs/decisions/015): callers of a
 * library's client cannot pass it in.
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

/** What the client needs of its process. Only `process-host.ts` implements it for the real one. */
export interface ClientHost {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Called when nothing is left to do; work it starts keeps the process alive. */
  onBeforeExit(drain: () => Promise<void>): void;
  /** Prints a line for the operator; never contains keys or texts of the application. */
  warn(message: string): void;
}
