import { createHash } from "node:crypto";
import { digestOf } from "../../core/data/digest.ts";
import type { DatasetPart, Example } from "../../core/data/example.ts";
import { exampleOf, mergeRow, type RowContent } from "../rows/row-content.ts";
import type { ExampleStore } from "./example-store.ts";
import { createIdIndex } from "./id-index.ts";

const idDigits = 16;
const partOrder: readonly DatasetPart[] = ["train", "validation", "test"];

interface RowOrigin {
  readonly part: DatasetPart | undefined;
  readonly origin: Example["origin"];
}

/** Merges rows with equal inputs into one example and records where each came from. */
export interface ExampleTable {
  /**
   * Adds a row. If an example of another part has the same inputs, returns that example and adds nothing.
   * Throws, and adds nothing, if JSON cannot represent the row (see `unwritableFault`).
   */
  add(content: RowContent, place: RowOrigin): Example | undefined;
  /** Examples by part, then in the order of their first rows. */
  finish(): { readonly examples: readonly Example[]; readonly digest: string };
}

export function createExampleTable(store: ExampleStore): ExampleTable {
  // Only ids are compared, so the inputs of a large file do not stay in memory.
  const ids = createIdIndex();
  const parts: (DatasetPart | undefined)[] = [];
  const digests = createDigestList();
  return {
    add(content, { part, origin }) {
      const inputsDigest = digestOf(content.inputs);
      const id = flatCopy(inputsDigest.slice(0, idDigits));
      const known = ids.find(id);
      if (known !== undefined && parts[known] !== part) return store.read(known);
      const example =
        known === undefined ? exampleOf(content, { id, part, origin }) : mergeRow(store.read(known), content);
      const digest = contentDigest(inputsDigest, example);
      const index = known ?? store.size;
      if (known === undefined) {
        store.append(example);
        ids.add(id);
        parts.push(part);
      } else store.replace(index, example);
      digests.set(index, digest);
      return undefined;
    },
    finish() {
      const order = orderByPart(parts);
      return {
        examples: Object.freeze(order.map((index) => store.view(index))),
        digest: digests.combine(order),
      };
    },
  };
}

/** Copies the text: a slice would keep the whole digest, four times as long, in memory. */
function flatCopy(slice: string): string {
  return Buffer.from(slice, "latin1").toString("latin1");
}

/** The place of a row is not part of the digest, so moving a file does not change it. */
function contentDigest(inputsDigest: string, example: Example): string {
  const { inputs: _inputs, id: _id, origin: _origin, ...content } = example;
  return digestOf({ ...content, inputsDigest });
}

function orderByPart(parts: readonly (DatasetPart | undefined)[]): number[] {
  const indexes = [...parts.keys()];
  if (parts[0] === undefined) return indexes;
  return partOrder.flatMap((part) => indexes.filter((index) => parts[index] === part));
}

/** Half of a SHA-256: 128 bits are enough to distinguish any two contents. */
const digestBytes = 16;
const firstCapacity = 1024;

/** Digests by index, stored as bytes in a tenth of the memory of strings. */
interface DigestList {
  /** Sets the digest (64 hex digits) at an index. Indexes grow one by one. */
  set(index: number, digest: string): void;
  /** SHA-256 over the digests in the given order, as 64 hex digits. */
  combine(order: Iterable<number>): string;
}

function createDigestList(): DigestList {
  let bytes = Buffer.alloc(firstCapacity * digestBytes);
  return {
    set(index, digest) {
      const at = index * digestBytes;
      if (at >= bytes.length) bytes = Buffer.concat([bytes], bytes.length * 2);
      bytes.write(digest.slice(0, digestBytes * 2), at, "hex");
    },
    combine(order) {
      const hash = createHash("sha256");
      for (const index of order) hash.update(bytes.subarray(index * digestBytes, (index + 1) * digestBytes));
      return hash.digest("hex");
    },
  };
}
