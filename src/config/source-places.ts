/** Lines and columns start at 1. */
export interface SourcePlace {
  readonly line: number;
  readonly column: number;
}

/** A stretch of a text value. */
export interface Stretch {
  readonly text: string;
  readonly offset: number;
  readonly length: number;
}

/** A text value as written in the file: quoted, folded, or indented as a block. */
interface WrittenText {
  readonly source: string;
  placeAt(offset: number): SourcePlace;
}

/** The places of a file's keys. */
export interface SourcePlaces {
  /** By dotted path; filled while the file is read. */
  readonly known: Map<string, SourcePlace>;
  /** Text values by dotted path; filled while the file is read. */
  readonly texts: Map<string, WrittenText>;
  /**
   * Place of a path, or of the nearest thing around it. List positions are `.0` or `[0]`. With a stretch of the
   * text value at the path: the place of that stretch, if the file contains it unchanged.
   */
  locate(path: string, stretch?: Stretch): SourcePlace | undefined;
}

export function createSourcePlaces(): SourcePlaces {
  const known = new Map<string, SourcePlace>();
  const texts = new Map<string, WrittenText>();
  return {
    known,
    texts,
    locate(path, stretch) {
      const written = stretch === undefined ? undefined : texts.get(path);
      const inside =
        written === undefined || stretch === undefined ? undefined : placeOfStretch(written, stretch);
      if (inside !== undefined) return inside;
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

/** Lines may be indented, folded or escaped in the file, so this searches for the same occurrence there. */
function placeOfStretch(
  { source, placeAt }: WrittenText,
  { text, offset, length }: Stretch,
): SourcePlace | undefined {
  const [line = ""] = text.slice(offset, offset + length).split("\n");
  if (line === "") return undefined;
  let at = -1;
  for (let seen = text.indexOf(line); seen !== -1 && seen <= offset; seen = text.indexOf(line, seen + 1)) {
    at = source.indexOf(line, at + 1);
    if (at === -1) return undefined;
  }
  return at === -1 ? undefined : placeAt(at);
}
