const firstCapacity = 1024;

/**
 * Maps ids (16 hex digits) to indexes, counted from 0 in insertion order. A number table with open addressing
 * takes a fraction of the memory of a Map with a string per row.
 */
interface IdIndex {
  find(id: string): number | undefined;
  /** Adds an id that is not in the index yet. */
  add(id: string): void;
}

export function createIdIndex(): IdIndex {
  let size = 0;
  let high = new Uint32Array(firstCapacity);
  let low = new Uint32Array(firstCapacity);
  // Twice as many slots as ids. A slot holds an index plus one, or 0 if it is free.
  let slots = new Uint32Array(firstCapacity * 2);

  /**
   * The slot that holds the id, or the free slot where it belongs. Ids are hashes, so their digits serve as
   * the hash.
   */
  const slotOf = (idHigh: number, idLow: number): number => {
    const mask = slots.length - 1;
    for (let slot = idLow & mask; ; slot = (slot + 1) & mask) {
      const index = (slots[slot] as number) - 1;
      if (index < 0 || (high[index] === idHigh && low[index] === idLow)) return slot;
    }
  };
  const grow = (): void => {
    high = doubled(high);
    low = doubled(low);
    slots = new Uint32Array(slots.length * 2);
    for (let index = 0; index < size; index++) {
      slots[slotOf(high[index] as number, low[index] as number)] = index + 1;
    }
  };

  return {
    find(id) {
      const found = slots[slotOf(highHalf(id), lowHalf(id))] as number;
      return found === 0 ? undefined : found - 1;
    },
    add(id) {
      if (size === high.length) grow();
      high[size] = highHalf(id);
      low[size] = lowHalf(id);
      slots[slotOf(highHalf(id), lowHalf(id))] = size + 1;
      size++;
    },
  };
}

function highHalf(id: string): number {
  return Number.parseInt(id.slice(0, 8), 16);
}

function lowHalf(id: string): number {
  return Number.parseInt(id.slice(8), 16);
}

function doubled(numbers: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(numbers.length * 2);
  larger.set(numbers);
  return larger;
}
