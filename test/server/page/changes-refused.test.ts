import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fieldsOf, openPageBrowser } from "../../support/page-browser.ts";
import { basicKey } from "../../support/page-requests.ts";
import {
  classifier,
  keptText,
  type PromptSamples,
  servePromptSamples,
} from "../../support/served-prompts.ts";

let world: PromptSamples;
let row: string;
const [writer, reader] = [basicKey("write-key"), basicKey("read-key")];

beforeAll(async () => {
  world = await servePromptSamples({
    apiKeys: [{ value: "write-key" }, { value: "read-key", isReadOnly: true }],
  });
  const { text } = await openPageBrowser(world).get("/ui/datasets/reviews", writer);
  row = /<th scope="row" class="wide"><a href="([^"]+)"/.exec(text)?.[1] ?? "";
});
afterAll(() => world.close());

const prompt = `/ui/prompts/${classifier}`;
const changes = [
  ["deploy", () => `${prompt}?version=3&do=deploy`, { environment: "production", note: "forged" }],
  ["rollback", () => `${prompt}?do=rollback&environment=production`, { note: "forged" }],
  ["save", () => `${prompt}?version=2&do=edit`, { text_0: keptText }],
  ["describe", () => `${prompt}?version=2&do=details`, { version_name: "forged" }],
  ["expect", () => row, { expected: "forged" }],
] as const;

async function stateOf(): Promise<string> {
  const rows = [];
  for await (const record of world.datasets.records("reviews")) rows.push(record);
  return JSON.stringify([
    rows,
    await world.registry.history(classifier),
    await world.registry.deployments(classifier),
    await world.registry.prompt(classifier),
  ]);
}

describe.each(changes)("%s", (action, address, typed) => {
  test("without a token, with another one, of another site, or with a read-only key changes nothing", async () => {
    const before = await stateOf();
    const browser = openPageBrowser(world);
    const submit = (token: string | undefined, headers: Record<string, string>) =>
      browser.submit(address(), action, typed, { headers, ...(token === undefined ? {} : { token }) });
    const { csrf_token: token = "" } = fieldsOf((await browser.get(address(), writer)).text, action);
    expect(token).not.toBe("");
    const form = await browser.get(address(), reader);
    expect(form.text).not.toContain('method="post"');
    expect(form.text).not.toMatch(/Deploy…|Edit as new version|Roll back to/);
    expect((await submit("", writer)).status).toBe(403);
    expect((await submit("made-up", writer)).status).toBe(403);
    expect((await submit(undefined, { ...writer, origin: "https://evil.example" })).status).toBe(403);
    expect((await submit(undefined, { ...writer, "sec-fetch-site": "cross-site" })).status).toBe(403);
    expect((await submit(token, reader)).status).toBe(403);
    expect((await submit(token, {})).status).toBe(401);
    const stranger = openPageBrowser(world);
    expect((await stranger.submit(address(), action, typed, { headers: writer, token })).status).toBe(403);
    expect(await stateOf()).toBe(before);
    expect((await submit(undefined, writer)).status).toBe(303);
    expect(await stateOf()).not.toBe(before);
  });
});
