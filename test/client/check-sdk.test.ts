import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import * as sdk from "openai";
import { describe, expect, it } from "vitest";
import { checkSdk, sdkVersion } from "../../src/client/checked-sdk.ts";
import { UsageError } from "../../src/core/errors.ts";

describe("checkSdk", () => {
  it("accepts the installed SDK", () => {
    expect(() => checkSdk(sdk, sdk.OpenAI.name === "OpenAI" ? "6.49.0" : undefined)).not.toThrow();
    expect(() => checkSdk(sdk, undefined)).not.toThrow();
  });

  it("names what it found, what it needs and the command to run", () => {
    const check = () => checkSdk({ ...sdk, AzureOpenAI: undefined, APIPromise: class {} }, "4.104.0");
    expect(check).toThrow(UsageError);
    expect(check).toThrow(
      "dao-opt/openai needs openai 6, found openai 4.104.0, without AzureOpenAI, APIPromise.prototype._thenUnwrap, APIPromise.prototype.asResponse, APIPromise.prototype.withResponse",
    );
    try {
      check();
    } catch (error) {
      expect((error as UsageError).hint).toBe("npm install openai@6");
    }
  });

  it("rejects another major version even if it looks alike", () => {
    expect(() => checkSdk(sdk, "7.0.0")).toThrow("needs openai 6, found openai 7.0.0");
    expect(() => checkSdk({}, undefined)).toThrow("found an openai package, without OpenAI");
  });
});

describe("sdkVersion", () => {
  it("reads it next to the entry of the package, and is optional", async () => {
    const folder = await mkdtemp(join(tmpdir(), "dao-opt-sdk-"));
    const root = join(folder, "node_modules", "openai");
    await mkdir(root, { recursive: true });
    await writeFile(join(root, "package.json"), '{"name":"openai","version":"5.1.0"}');
    expect(sdkVersion(pathToFileURL(join(root, "index.mjs")).href)).toBe("5.1.0");
    await writeFile(join(root, "package.json"), '{"name":"other","version":"5.1.0"}');
    expect(sdkVersion(pathToFileURL(join(root, "index.mjs")).href)).toBeUndefined();
    expect(sdkVersion("")).toBeUndefined();
    expect(sdkVersion("webpack://app/openai/index.mjs")).toBeUndefined();
    await rm(folder, { recursive: true });
  });
});
