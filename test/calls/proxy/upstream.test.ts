import { describe, expect, it } from "vitest";
import { chooseUpstream } from "../../../src/calls/proxy/upstream.ts";

const own = { host: "127.0.0.1", port: 4041 };

describe("chooseUpstream", () => {
  it.each([
    [
      { flag: "https://api.example/v2/", baseUrl: "http://other/v1" },
      "https://api.example",
      "/v2",
      "api.example",
    ],
    [{ baseUrl: "http://localhost:1234/v1" }, "http://localhost:1234", "/v1", "localhost"],
    [{ flag: "http://localhost:1234" }, "http://localhost:1234", "/v1", "localhost"],
    [{ baseUrl: "" }, "https://api.openai.com", "/v1", "openai"],
    [{}, "https://api.openai.com", "/v1", "openai"],
    [{ flag: "https://eu.api.openai.com/v1" }, "https://eu.api.openai.com", "/v1", "openai"],
    [
      { flag: "https://x.openai.azure.com/openai/deployments/d" },
      "https://x.openai.azure.com",
      "/openai/deployments/d",
      "azure",
    ],
    [{ baseUrl: "http://localhost:4041/v1", own }, "https://api.openai.com", "/v1", "openai"],
    [{ baseUrl: "http://127.0.0.1:4041/openai/v1", own }, "https://api.openai.com", "/v1", "openai"],
    [
      { baseUrl: "http://[::1]:4041/v1", own: { ...own, host: "::1" } },
      "https://api.openai.com",
      "/v1",
      "openai",
    ],
    [{ baseUrl: "http://10.0.0.1:4041/v1", own }, "http://10.0.0.1:4041", "/v1", "10.0.0.1"],
    [{ baseUrl: "http://localhost:4042/v1", own }, "http://localhost:4042", "/v1", "localhost"],
  ])("%o is %s%s", (choice, origin, basePath, provider) => {
    expect(chooseUpstream(choice)).toMatchObject({
      origin,
      basePath,
      provider,
      shown: `${origin}${basePath}`,
    });
  });

  it("sends a user and a password as a header, and shows neither", () => {
    const upstream = chooseUpstream({ flag: "https://ann:p%40ss@api.example/v1?key=secret" });
    expect(upstream.authorization).toBe(`Basic ${btoa("ann:p@ss")}`);
    expect(upstream.shown).toBe("https://api.example/v1");
  });

  it.each([
    [
      { flag: "ftp://x/v1" },
      '--upstream: expected an address such as https://api.openai.com/v1, got "ftp://x/v1"',
    ],
    [{ flag: "https//user:pw@x" }, "--upstream: expected an address"],
    [{ baseUrl: "nothing" }, "OPENAI_BASE_URL: expected an address"],
    [{ flag: "http://localhost:4041/v1", own }, "--upstream http://localhost:4041/v1 is the proxy itself"],
  ])("%o is refused", (choice, message) => {
    expect(() => chooseUpstream(choice)).toThrow(message);
    expect(() => chooseUpstream(choice)).not.toThrow("pw");
  });
});
