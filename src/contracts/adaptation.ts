/** One thing that a model's requests need to be sent differently. Plain JSON. */
export interface Adaptation {
  /** Member of the request body that the model refuses, for example `temperature`; `system` is the message role. */
  readonly parameter: string;
  /** What it is sent as instead: another member, or another role. Absent: it is left out. */
  readonly sentAs?: string;
}

/** What has been learned about the requests that each model accepts. */
export interface AdaptationLog {
  /** In the order in which they were noted. */
  known(modelKey: string): readonly Adaptation[];
  /** Noted before the next request of that model is sent. */
  note(modelKey: string, adaptation: Adaptation): void;
}
