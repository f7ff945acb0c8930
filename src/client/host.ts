/** What the client needs of the process it lives in. Only `process-host.ts` makes one of the real thing. */
export interface ClientHost {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Called when nothing is left to do; what it starts keeps the process alive until it is done. */
  onBeforeExit(drain: () => Promise<void>): void;
  /** A line for whoever runs the application; never a key, never a text of the application. */
  warn(message: string): void;
}
