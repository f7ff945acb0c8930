import { DatasetError } from "../../core/errors.ts";

const longestBytes = 200;
const forbidden = /[/\\:*?"<>|\p{Cc}]/u;

/** Throws DatasetError for a name that is no file name on every system. */
export function checkDatasetName(name: string): void {
  const fault = nameFault(name);
  if (fault === undefined) return;
  throw new DatasetError(`"${name}" is no name for a dataset: ${fault}`, [], {
    hint: "a name is a file name without its ending, for example reviews or support.tickets-2026",
  });
}

function nameFault(name: string): string | undefined {
  if (name.trim() === "") return "it is empty";
  if (name.startsWith(".")) return "it begins with a dot";
  if (/[. ]$/.test(name)) return "it ends with a dot or a blank";
  const [sign] = forbidden.exec(name) ?? [];
  if (sign !== undefined) return `it holds ${JSON.stringify(sign)}`;
  return Buffer.byteLength(name) > longestBytes ? `it is longer than ${longestBytes} bytes` : undefined;
}
