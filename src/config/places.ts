/** Lines and columns count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Where each key of a file stands. */
export interface Places {
  /** By dotted path; filled while the file is read. */
  readonly known: Map<string, Place>;
  /** Place of a path, or of the nearest thing around it. List positions as `.0` or `[0]`. */
  locate(path: string): Place | undefined;
}

export function createPlaces(): Places {
  const known = new Map<string, Place>();
  return {
    known,
    locate(path) {
      let name = path.replace(/\[(\d+)\]/g, ".$1");
      while (name !== "") {
        const place = known.get(name);
        if (place !== undefined) return place;
        name = name.slice(0, Math.max(0, name.lastIndexOf(".")));
      }
      return undefined;
    },
  };
}
