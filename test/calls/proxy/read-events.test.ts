import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readEvents } from "../../../src/calls/proxy/body-copy.ts";

describe("readEvents", () => {
  it.each([
    ["data: 1\n\ndata: 2\n\ndata: [DONE]\n\n", [1, 2]],
    ["data:1\r\n\r\ndata:2\r\rdata: 3", [1, 2, 3]],
    ["\uFEFFevent: x\nid: 1\ndata: {\ndata: }\n\n", [{}]],
    [": a comment\n\nretry: 5\n\ndata: 1\n\n", [1]],
    ['data: {"a": 1}\n\ndata: {"a"', [{ a: 1 }]],
    ["", []],
  ])("%j", (text, events) => {
    expect(readEvents(text)).toEqual({ events, hasEndMark: text.includes("[DONE]") });
  });

  it("returns any JSON that was sent, including a literal [DONE] in a string", () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), (values) => {
        const sent = [...values, { text: "[DONE]" }];
        const text = sent.map((value) => `data: ${JSON.stringify(value)}\n\n`).join("");
        const { events, hasEndMark } = readEvents(text);
        expect(JSON.stringify(events)).toBe(JSON.stringify(sent));
        expect(hasEndMark).toBe(false);
      }),
    );
  });
});
