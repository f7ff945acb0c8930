import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { createBodyCopy, createCopyRoom, decodeBody } from "../../../src/calls/proxy/body-copy.ts";

const text = "caf\u00e9 ".repeat(100);

describe("decodeBody", () => {
  it.each([
    [undefined, Buffer.from(text)],
    ["identity", Buffer.from(text)],
    ["gzip", gzipSync(text)],
    ["X-GZIP", gzipSync(text)],
    ["br", brotliCompressSync(text)],
    ["deflate", deflateSync(text)],
    ["deflate", deflateRawSync(text)],
    ["gzip, br", brotliCompressSync(gzipSync(text))],
  ])("takes %s off", async (encoding, bytes) => {
    expect(await decodeBody(bytes, encoding)).toBe(text);
  });

  it.each([
    ["zstd", Buffer.from(text)],
    ["gzip", Buffer.from(text)],
    ["gzip", gzipSync(text).subarray(0, 20)],
    ["gzip", gzipSync(Buffer.alloc(70_000_000))],
  ])("returns nothing for what is not %s, or far too large", async (encoding, bytes) => {
    expect(await decodeBody(bytes, encoding)).toBeUndefined();
  });
});

describe("createBodyCopy", () => {
  it("keeps bytes up to its limit, and none above it", () => {
    const copy = createBodyCopy(4);
    expect(copy.bytes()).toEqual(Buffer.alloc(0));
    copy.add(Buffer.from("ab"));
    copy.add(Buffer.from("cd"));
    expect(copy.bytes()?.toString()).toBe("abcd");
    copy.add(Buffer.from("e"));
    expect(copy.bytes()).toBeUndefined();
  });

  it("shares its limit with others, and releases it", () => {
    const room = createCopyRoom(5);
    const [one, other] = [createBodyCopy(9, room), createBodyCopy(9, room)];
    one.add(Buffer.from("abc"));
    other.add(Buffer.from("def"));
    expect([one.bytes()?.toString(), other.bytes()]).toEqual(["abc", undefined]);
    one.drop();
    const third = createBodyCopy(9, room);
    third.add(Buffer.from("ghijk"));
    expect([one.bytes(), third.bytes()?.toString()]).toEqual([undefined, "ghijk"]);
  });
});
