import type { Example } from "../../core/data/example.ts";
import type { ExampleStore } from "./example-store.ts";
import type { SpoolFile } from "./spool-file.ts";
import { SpooledExample } from "./spooled-example.ts";

/**
 * Rows kept in memory after they were read, each in the slot of its index: enough for the calls in
 * flight and the scorers at work. (A Map in order of use raised the peak of a pass over 400,000 rows
 * by 170 MB.)
 */
const recentSlots = 256;

/** Keeps examples as JSON text in a spool; memory holds an id and a place for each. */
export function createSpooledStore(spool: SpoolFile): ExampleStore {
  const ids: string[] = [];
  const offsets: number[] = [];
  const lengths: number[] = [];
  const recent: (Example | undefined)[] = new Array(recentSlots).fill(undefined);
  const recentIndexes = new Array<number>(recentSlots).fill(-1);

  const put = (index: number, example: Example): void => {
    const { offset, bytes } = spool.append(JSON.stringify(example));
    ids[index] = example.id;
    offsets[index] = offset;
    lengths[index] = bytes;
  };
  const read = (index: number): Example => {
    const slot = index % recentSlots;
    const known = recentIndexes[slot] === index ? recent[slot] : undefined;
    if (known !== undefined) return known;
    const span = { offset: offsets[index] as number, bytes: lengths[index] as number };
    const example: Example = Object.freeze(JSON.parse(spool.read(span)) as Example);
    recent[slot] = example;
    recentIndexes[slot] = index;
    return example;
  };

  return {
    append: (example) => put(ids.length, example),
    replace(index, example) {
      recentIndexes[index % recentSlots] = -1;
      put(index, example);
    },
    read,
    // The class answers like an Example; its getters give undefined for fields that a row lacks.
    view: (index) => new SpooledExample(ids[index] as string, index, read) as Example,
    get size() {
      return ids.length;
    },
    close() {
      recent.fill(undefined);
      spool.close();
    },
  };
}
