/** What a file is when it is not text, with what to do. */
export interface ForeignFile {
  readonly message: string;
  readonly hint: string;
}

const magic: readonly (readonly [bytes: readonly number[], kind: string])[] = [
  [[0x89, 0x50, 0x4e, 0x47], "a PNG image"],
  [[0xff, 0xd8, 0xff], "a JPEG image"],
  [[0x25, 0x50, 0x44, 0x46], "a PDF document"],
  [[0x50, 0x4b, 0x03, 0x04], "a zip archive (or a file of an office program)"],
  [[0x1f, 0x8b], "a gzip archive"],
  [[0x28, 0xb5, 0x2f, 0xfd], "a zstd archive"],
  [[0x7f, 0x45, 0x4c, 0x46], "a program"],
  [[0x50, 0x41, 0x52, 0x31], "a Parquet file"],
  [[0x53, 0x51, 0x4c, 0x69, 0x74, 0x65], "an SQLite database"],
];

/** Looks at the first bytes: undefined for what may be UTF-8 text. */
export function foreignBytes(bytes: Uint8Array): ForeignFile | undefined {
  const starts = (wanted: readonly number[]) => wanted.every((byte, at) => bytes[at] === byte);
  if (starts([0xff, 0xfe, 0, 0]) || starts([0, 0, 0xfe, 0xff])) return otherText("UTF-32");
  if (starts([0xff, 0xfe]) || starts([0xfe, 0xff])) return otherText("UTF-16");
  const kind = magic.find(([wanted]) => starts(wanted))?.[1];
  const hint = "name a YAML file";
  if (kind !== undefined) return { message: `the file is ${kind}, not YAML`, hint };
  const head = bytes.subarray(0, 4096);
  const zeros = head.filter((byte) => byte === 0).length;
  if (zeros === 0) return undefined;
  // Text of the Latin alphabet in UTF-16 without its mark: every other byte is zero.
  if (head.length >= 4 && zeros >= head.length * 0.4 && zeros <= head.length * 0.6)
    return otherText("UTF-16");
  return { message: "the file is not text: it holds zero bytes", hint };
}

function otherText(encoding: string): ForeignFile {
  return { message: `the file is ${encoding} text`, hint: "save it as UTF-8" };
}
