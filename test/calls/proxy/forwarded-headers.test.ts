import { describe, expect, it } from "vitest";
import { requestHeaders, responseHeaders } from "../../../src/calls/proxy/forwarded-headers.ts";

const forwarded = { isRecorded: false, dropped: new Set<string>() };

describe("requestHeaders", () => {
  it("keeps order, spelling and repetition; omits single-hop headers and the proxy's own", () => {
    const rawHeaders = [
      ...["Host", "127.0.0.1:4041", "X-B", "1", "x-a", "2", "X-B", "3", "Connection", "keep-alive, X-Hop"],
      ...["x-hop", "gone", "Keep-Alive", "5", "TE", "trailers", "Expect", "100-continue", "Upgrade", "h2c"],
      ...[
        "Proxy-Authorization",
        "Basic x",
        "X-Dao-Opt-Prompt",
        "p",
        "x-api-key",
        "ours",
        "Content-Length",
        "2",
      ],
    ];
    expect(requestHeaders({ ...forwarded, rawHeaders, dropped: new Set(["x-api-key"]) })).toEqual([
      ...["X-B", "1", "x-a", "2", "X-B", "3", "Content-Length", "2"],
    ]);
  });

  it.each([
    ["gzip, deflate, br, zstd", "gzip, deflate, br"],
    ["zstd;q=1.0, gzip;q=0.5", "gzip;q=0.5"],
    ["zstd", "identity"],
    ["*", "identity"],
    ["identity", "identity"],
  ])("requests readable codings for a recorded call: %s", (asked, sent) => {
    const rawHeaders = ["Accept-Encoding", asked];
    expect(requestHeaders({ ...forwarded, rawHeaders, isRecorded: true })).toEqual(["Accept-Encoding", sent]);
    expect(requestHeaders({ ...forwarded, rawHeaders })).toEqual(rawHeaders);
  });

  it("carry the upstream's own credentials unless the caller sends some", () => {
    const authorization = "Basic abc";
    expect(requestHeaders({ ...forwarded, rawHeaders: [], authorization })).toEqual([
      "authorization",
      "Basic abc",
    ]);
    const rawHeaders = ["Authorization", "Bearer k"];
    expect(requestHeaders({ ...forwarded, rawHeaders, authorization })).toEqual(rawHeaders);
  });
});

describe("responseHeaders", () => {
  it("omits single-hop headers, whatever bytes the others contain", () => {
    const raw = ["Transfer-Encoding", "chunked", "X-Odd", "caf\xe9", "connection", "close"];
    expect(responseHeaders(raw.map((text) => Buffer.from(text, "latin1")))).toEqual(["X-Odd", "caf\xe9"]);
  });
});
