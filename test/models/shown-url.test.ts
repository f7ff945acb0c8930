import { describe, expect, it } from "vitest";
import { shownUrl } from "../../src/models/secret-mask.ts";
import { isLoopback } from "../../src/network/open-fetch.ts";

describe("shownUrl", () => {
  it.each([
    ["http://ann:secret@host:81/v1/?key=1#x", "http://host:81/v1"],
    ["https://api.openai.com/v1", "https://api.openai.com/v1"],
    ["//ann:secret@host/v1?key=1", "//host/v1"],
  ])("shows %s as %s", (url, shown) => {
    expect(shownUrl(url)).toBe(shown);
  });
});

describe("isLoopback", () => {
  it.each([
    "http://localhost:1/v1",
    "http://127.0.0.1",
    "http://127.9.9.9",
    "http://[::1]:80",
    "http://a.localhost",
  ])("%s is this machine", (url) => expect(isLoopback(url)).toBe(true));
  it.each(["http://localhost.example.com", "http://10.0.0.1", "https://api.openai.com", "no url"])(
    "%s is another",
    (url) => expect(isLoopback(url)).toBe(false),
  );
});
