import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate, inflateRaw } from "node:zlib";

/** As much as is kept of a body that comes as it is. */
const mostDecodedBytes = 16 * 1024 * 1024;
const limit = { maxOutputLength: mostDecodedBytes };
const unzip = promisify(gunzip);
const unbrotli = promisify(brotliDecompress);
const undeflate = promisify(inflate);
const undeflateRaw = promisify(inflateRaw);

/** A body without its `Content-Encoding`, as text. Undefined when the coding is not known or the body is broken. */
export async function decodeBody(bytes: Buffer, encoding: string | undefined): Promise<string | undefined> {
  try {
    let decoded = bytes;
    const codings = (encoding ?? "").split(",").map((coding) => coding.trim().toLowerCase());
    // The last one named was put on last.
    for (const coding of codings.reverse()) decoded = await decodeOne(decoded, coding);
    return decoded.toString("utf8");
  } catch {
    return undefined;
  }
}

async function decodeOne(bytes: Buffer, coding: string): Promise<Buffer> {
  switch (coding) {
    case "":
    case "identity":
      return bytes;
    case "gzip":
    case "x-gzip":
      return unzip(bytes, limit);
    case "br":
      return unbrotli(bytes, limit);
    case "deflate":
      // RFC 9110 means zlib's form; some servers send the bare one.
      return undeflate(bytes, limit).catch(() => undeflateRaw(bytes, limit));
    default:
      throw new Error(`unknown coding ${coding}`);
  }
}
