import { crc32 } from "node:zlib";

/**
 * Frames of AWS's binary event stream: lengths, headers, payload, each with a checksum
 * (docs.aws.amazon.com/transcribe/latest/dg/event-stream.html). Written after that page, not with the AWS packages.
 */
export function eventFrame(headers: Readonly<Record<string, string>>, payload: object): Buffer {
  const body = Buffer.from(JSON.stringify(payload));
  const head = Buffer.concat(Object.entries(headers).map(([name, value]) => headerOf(name, value)));
  const total = 12 + head.length + body.length + 4;
  const prelude = Buffer.alloc(8);
  prelude.writeUInt32BE(total, 0);
  prelude.writeUInt32BE(head.length, 4);
  const start = Buffer.concat([prelude, checksum(prelude), head, body]);
  return Buffer.concat([start, checksum(start)]);
}

function headerOf(name: string, value: string): Buffer {
  const text = Buffer.from(value);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(text.length);
  // 7: the value is a text.
  return Buffer.concat([Buffer.from([name.length]), Buffer.from(name), Buffer.from([7]), length, text]);
}

function checksum(bytes: Buffer): Buffer {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(bytes));
  return sum;
}
