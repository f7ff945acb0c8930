import { QueueError } from "../core/errors.ts";

interface OutageRequest {
  readonly shown: string;
  /** How long an unusable queue is waited for, in milliseconds. */
  readonly patience: number;
  readonly note: (message: string) => void;
  readonly onGivenUp: (error: QueueError) => void;
  /** What to do afterwards. */
  readonly hint?: string;
}

/** Reports when a queue cannot be used and when it is back, and gives up after `patience`. */
export interface OutageWatch {
  /** `reason`: `is unreachable`. Without effect during an outage. */
  begin(reason: string): void;
  end(): void;
  close(): void;
}

export function createOutageWatch({ shown, patience, note, onGivenUp, hint }: OutageRequest): OutageWatch {
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  const seconds = patience / 1000;
  return {
    begin(reason) {
      if (timer !== undefined || isClosed) return;
      note(`the queue ${shown} ${reason}; waiting up to ${seconds} s for it`);
      timer = setTimeout(
        () => onGivenUp(new QueueError(`the queue ${shown} ${reason} for ${seconds} s`, { hint })),
        patience,
      );
    },
    end() {
      if (timer === undefined) return;
      clearTimeout(timer);
      timer = undefined;
      note(`the queue ${shown} is back`);
    },
    close() {
      isClosed = true;
      clearTimeout(timer);
    },
  };
}
