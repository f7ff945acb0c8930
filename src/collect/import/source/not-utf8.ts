import { createUtf8Check } from "../../../datasets/formats/read-chunks.ts";

/** What is said of text that decoding would fill with U+FFFD. */
export const notUtf8 = "not UTF-8 text; convert the file, from Latin-1 with `iconv -f latin1 -t utf8`";

/** The first line, from 1, that is no UTF-8; undefined when all are. */
export function firstBadLine(bytes: Buffer): number | undefined {
  const utf8 = createUtf8Check();
  return [...utf8.feed(bytes), ...utf8.end()][0];
}
