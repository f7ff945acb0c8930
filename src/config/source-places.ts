/** Lines and columns count from 1. */
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

/** A text value as it is written in the file: quoted, folded, or indented as a block. */
interface WrittenText {
  readonly source: string;
  placeAt(offset: number): SourcePlace;
}

/** Where each key of a file stands. */
export interface SourcePlaces {
  /** By dotted path; filled while the file is read. */
  readonly known: Map<string, SourcePlace>;
  /** Text values by dotted path; filled while the file is read. */
  readonly texts: Map<string, WrittenText>;
  /**
   * Place of a path, or of the nearest thing around it. List positions as `.0` or `[0]`. With a stretch of the text
   * value at the path: where that begins, when it is written in the file as it reads.
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

/** Lines may be indented, folded or escaped in the file, so it is looked for again there: as often as it came before. */
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
