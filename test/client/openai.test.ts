import { readFileSync } from "node:fs";
import * as sdk from "openai";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import * as recording from "../../src/client/openai.ts";

const { OpenAI, AzureOpenAI } = recording;
const options = { apiKey: "sk-0123456789" };

describe("dao-opt/openai", () => {
  it("exports everything that openai exports, with its own client as the default", () => {
    expect(Object.keys(sdk).filter((name) => !(name in recording))).toEqual([]);
    expect(recording.default).toBe(OpenAI);
    expect(recording.APIError).toBe(sdk.APIError);
    expect(recording.toFile).toBe(sdk.toFile);
  });

  it("is the SDK's client for every instanceof", () => {
    class Mine extends OpenAI {}
    const client = new OpenAI(options);
    const azure = new AzureOpenAI({ ...options, apiVersion: "1", endpoint: "http://a.test" });
    const mine = new Mine(options);
    for (const one of [client, azure, mine, client.withOptions({})]) {
      expect(one).toBeInstanceOf(sdk.OpenAI);
      expect(one).toBeInstanceOf(OpenAI);
    }
    expect(azure).toBeInstanceOf(sdk.AzureOpenAI);
    expect(azure).toBeInstanceOf(AzureOpenAI);
    expect(client).not.toBeInstanceOf(AzureOpenAI);
    expect(client).not.toBeInstanceOf(Mine);
    expect(azure).not.toBeInstanceOf(Mine);
    expect(new sdk.OpenAI(options)).not.toBeInstanceOf(OpenAI);
    expect({} instanceof OpenAI).toBe(false);
    expect(new OpenAI(options).constructor.name).toBe("OpenAI");
    expect(azure.constructor.name).toBe("AzureOpenAI");
    expect(mine.constructor.name).toBe("Mine");
  });

  it("reaches every resource and every method of each", () => {
    expect(shapeOf(new OpenAI(options))).toEqual(shapeOf(new sdk.OpenAI(options)));
    expect(Object.keys(new OpenAI(options))).toEqual(Object.keys(new sdk.OpenAI(options)));
    expect(Object.getOwnPropertyNames(sdk.OpenAI).filter((name) => !(name in OpenAI))).toEqual([]);
  });

  it("throws the SDK's errors for invalid options", () => {
    const wrong = { apiKey: "a", workloadIdentity: {} } as never;
    const messageOf = (make: () => unknown) => {
      try {
        return make();
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(messageOf(() => new OpenAI(wrong))).toBe(messageOf(() => new sdk.OpenAI(wrong)));
  });

  it("has every type that the SDK exports under its client's name", () => {
    const namespaceOf = (file: string) => {
      const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);
      const names: string[] = [];
      const visit = (node: ts.Node): void => {
        if (ts.isExportSpecifier(node)) names.push(node.name.text);
        else if (ts.isTypeAliasDeclaration(node) || ts.isImportEqualsDeclaration(node))
          names.push(node.name.text);
        else ts.forEachChild(node, visit);
      };
      for (const statement of source.statements) if (ts.isModuleDeclaration(statement)) visit(statement);
      return names.sort();
    };
    const official = namespaceOf("node_modules/openai/client.d.ts");
    expect(official.length).toBeGreaterThan(200);
    expect(namespaceOf("src/client/openai-class.ts")).toEqual(official);
  });
});

/** All resources and methods, recursively. */
function shapeOf(resource: object, depth = 0): readonly string[] {
  const names = new Set<string>();
  for (let at = resource; at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    for (const name of Object.getOwnPropertyNames(at)) if (!/^_|^#/.test(name)) names.add(name);
  }
  const own = new Set(["sendFeedback", "updateChain", "flush"]);
  return [...names].sort().flatMap((name) => {
    if (own.has(name)) return [];
    const value = (resource as Readonly<Record<string, unknown>>)[name];
    const isResource = typeof value === "object" && value !== null && "_client" in value && depth < 6;
    return isResource
      ? shapeOf(value, depth + 1).map((below) => `${name}.${below}`)
      : [`${name}: ${typeof value}`];
  });
}
