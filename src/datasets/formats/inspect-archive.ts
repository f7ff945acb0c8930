import { strFromU8, unzipSync } from "fflate";
import type { JsonObject, JsonValue } from "../../core/data/json.ts";

/** Methods of compression that the unpacker supports: stored and deflate. */
const knownMethods = new Set([0, 8]);
const isSample = (name: string) => /^samples\/.*\.json$/.test(name);

/**
 * An `.eval` log of Inspect as its JSON format has it: `header.json` with the samples of `samples/ID_epoch_N.json`, in
 * the order of the archive. Undefined if the archive is none. Throws if it is larger than `maxBytes` unpacked, or
 * packed by another method (Inspect can use Zstandard).
 * Source: inspect_ai, log/_recorders/eval.py.
 */
export function readInspectArchive(bytes: Uint8Array, maxBytes: number): JsonObject | undefined {
  let total = 0;
  const names: string[] = [];
  const files = unzipSync(bytes, {
    filter({ name, originalSize, compression }) {
      if (name !== "header.json" && !isSample(name)) return false;
      if (!knownMethods.has(compression))
        throw new Error("a log of Inspect packed with Zstandard; `inspect log convert --to json` unpacks it");
      total += originalSize;
      if (total > maxBytes) throw new Error(`more than ${maxBytes / 2 ** 20} MB when unpacked`);
      names.push(name);
      return true;
    },
  });
  const parsed = (name: string): JsonValue => JSON.parse(strFromU8(files[name] ?? new Uint8Array()));
  if (files["header.json"] === undefined) return undefined;
  const header = parsed("header.json") as JsonObject;
  return { ...header, samples: names.filter(isSample).map(parsed) };
}
