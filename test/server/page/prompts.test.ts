import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  alertOf,
  fieldsOf,
  openPageBrowser,
  type PageBrowser,
  statusOf,
} from "../../support/page-browser.ts";
import {
  classifier,
  keptText,
  type PromptSamples,
  servePromptSamples,
} from "../../support/served-prompts.ts";

let world: PromptSamples;
let browser: PageBrowser;
beforeEach(async () => {
  world = await servePromptSamples();
  browser = openPageBrowser(world);
});
afterEach(() => world.close());

const at = (query: string) => `/ui/prompts/${classifier}?${query}`;

describe("the list", () => {
  test("searches paths, descriptions and tags, and filters by folder and environment", async () => {
    const found = async (query: string) =>
      [
        ...(await browser.get(`/ui/prompts?${query}`)).text.matchAll(
          /<th scope="row" class="wide"><a href="\/ui\/prompts\/([^"]+)"/g,
        ),
      ].map(([, path]) => path);
    expect(await found("q=")).toEqual([classifier, "main/other/hostile", "main/support/answer"]);
    expect(await found("q=labels+reviews")).toEqual([classifier]);
    expect(await found("q=TEAM%3Dreviews")).toEqual([classifier]);
    expect(await found("environment=staging")).toEqual([classifier]);
    expect(await found("folder=main/support")).toEqual(["main/support/answer"]);
    expect(await found("folder=main/support&q=labels")).toEqual([]);
  });

  test("leads from folder to folder; the address of a folder is its list", async () => {
    const { text } = await browser.get("/ui/prompts?folder=main");
    expect(text).toContain(
      '<a href="/ui/prompts?folder=main%2Fsupport">support/ <span class="n">1</span></a>',
    );
    expect(await browser.get("/ui/prompts/main/support")).toMatchObject({
      status: 302,
      headers: { location: "/ui/prompts?folder=main%2Fsupport" },
    });
    expect((await browser.get("/ui/prompts/main/suport")).status).toBe(404);
  });

  test("has pages, and counts them", async () => {
    for (let number = 0; number < 60; number++)
      await world.registry.upsert({
        path: `many/p${String(number).padStart(2, "0")}`,
        template: "x",
        templateLanguage: "default",
        model: { model: "m" },
      });
    const first = await browser.get("/ui/prompts?folder=many");
    expect(first.text).toContain("1–50 of 60; 50 a page");
    const second = await browser.get("/ui/prompts?folder=many&page=2");
    expect(second.text).toContain("51–60 of 60");
    expect(second.text).toContain("many/p59");
  });
});

describe("a version", () => {
  test("shows its text, file and settings, its origin, and its links", async () => {
    const { text } = await browser.get(at("version=2"));
    expect(text).toContain('<span class="tag">proof: improved</span>');
    expect(text).toContain('<a href="/ui/runs/2026-11-29T130002-4c1f">');
    expect(text).toContain("/ui/traces?prompt=main%2Fdefault%2Fsentiment_classifier");
    expect(text).toContain("/ui/playground?prompt=main%2Fdefault%2Fsentiment_classifier&amp;c1=2");
    expect(text).toContain("<strong>Offline models answered.</strong>");
    expect(text).toContain("90 held-out rows");
    const file = await browser.get(at("version=2&view=file"));
    expect(file.text).toContain("model: offline/small");
    const settings = await browser.get("/ui/prompts/main/support/answer?view=settings");
    expect(settings.text).toContain("&quot;temperature&quot;: 0.2");
  });

  test("is compared with its parent, and with any other one", async () => {
    const parent = await browser.get(at("version=3"));
    expect(parent.text).toContain("Against version 1: 2 sentences added, 0 removed.");
    const other = await browser.get(at("version=3&against=2"));
    expect(other.text).toContain("Against version 2: 0 sentences added, 3 removed.");
    expect((await browser.get(at("version=3&against=9"))).status).toBe(404);
  });

  test("the best proven one is named first, with where it is used", async () => {
    const note = async () => (await browser.get(at("version=4"))).text;
    expect(await note()).toMatch(
      /Version 2 is the best proven one:<\/strong> 0\.744 on 90 held-out rows, \+0\.433 over version 1 \(95 % interval 0\.307 to 0\.546\)\. It is deployed to production\. <a href="[^"]+version=2">Read version 2<\/a>/,
    );
    await browser.submitted(at("version=1&do=deploy"), "deploy");
    expect(await note()).toContain("production uses version 1.");
    const { text } = await browser.get("/ui/prompts/main/support/answer");
    expect(text).not.toContain("best proven");
  });

  test("the base of measured versions has their base score", async () => {
    const { text } = await browser.get(at("version=1"));
    expect(text).toContain("Held-out score by version: 1 0.311, 2 0.744, 3 0.678, 4 0.322.");
    expect(text).toMatch(/95 %: 0\.307 to 0\.546/);
    // Wilson's interval of 28 of 90 is 0.225 to 0.413; the base has one of its own.
    const chart = text.slice(
      text.indexOf('<g class="ci">'),
      text.indexOf("</svg>", text.indexOf("versions")),
    );
    expect(chart).toContain('y1="77.5%" y2="58.7%"');
    expect(chart.match(/<line /g)).toHaveLength(4);
  });

  test("is rendered with a row and with typed inputs, also in Jinja", async () => {
    const row = await browser.get(at("version=1&view=rendered&dataset=reviews&row=3"));
    expect(row.text).toContain("Text: It arrives on Tuesday.");
    expect(row.text).toContain("Expected answer:");
    const config = await browser.get(at("version=1&view=rendered&dataset=inline_rows&row=2"));
    expect(config.text).toContain("Text: Bad.");
    const typed = await browser.get(
      at("version=1&view=rendered&dataset=reviews&row=3&input.text=Mine+%3Cb%3E"),
    );
    expect(typed.text).toContain("Text: Mine &lt;b&gt;");
    expect(alertOf((await browser.get(at("view=rendered&dataset=reviews&row=900"))).text)).toContain(
      "Reviews has 60 rows; there is no row 900.",
    );
    const jinja = "/ui/prompts/main/support/answer?view=rendered";
    const rendered = await browser.get(
      `${jinja}&input.product=Maps&input.tone=kind&input.lines=${encodeURIComponent('["one","two"]')}`,
    );
    expect(rendered.text).toContain("You answer tickets of Maps. Be kind.");
    expect(rendered.text).toContain("- one\n- two");
    expect((await browser.get(`${jinja}&input.tone=kind`)).text).toContain('role="alert"');
    await world.registry.upsert({
      path: "main/endless",
      templateLanguage: "jinja",
      template: "{% for a in range(100000000) %}{% for b in range(100000000) %}x{% endfor %}{% endfor %}",
      model: { model: "m" },
    });
    const endless = await browser.get("/ui/prompts/main/endless?view=rendered");
    expect(endless.status).toBe(200);
    expect(alertOf(endless.text)).not.toBe("");
  });
});

describe("deployments", () => {
  test("a version that passed its gate is deployed with a note", async () => {
    const { text } = await browser.get(at("version=3&do=deploy"));
    expect(text).toContain("<strong>✓ The gate allows this.</strong> Improved: +0.367 over version 1");
    expect(text).toContain("Version 2, deployed to production now, scores 0.066 more on the same rows.");
    const done = await browser.submitted(at("version=3&do=deploy"), "deploy", { note: "cheaper" });
    expect(statusOf(done.text)).toBe(
      "Production now uses version 3 of main/default/sentiment_classifier (was 2).",
    );
    expect((await world.registry.deployments(classifier)).at(-1)).toMatchObject({
      environment: "production",
      to: 3,
      note: "cheaper",
      by: "page of serve",
    });
    const again = await browser.get(at("version=3&do=deploy"));
    expect(again.text).toContain("production, staging already use version 3.");
  });

  test("the gate refuses one that did not, unless it is forced with a reason", async () => {
    const path = at("version=4&do=deploy");
    const send = (typed: Record<string, string>) => browser.submit(path, "deploy", typed);
    const refused = await send({ note: "I like it" });
    expect(refused.status).toBe(409);
    expect(alertOf(refused.text)).toContain("did not pass its gate: no improvement was proven");
    expect(refused.text).toContain('value="I like it"');
    expect((await send({ force: "yes" })).status).toBe(409);
    expect((await world.registry.prompt(classifier)).environments).toMatchObject({ production: 2 });
    const done = await browser.submitted(path, "deploy", { force: "yes", note: "for a test" });
    expect(statusOf(done.text)).toBe(
      "Production now uses version 4 of main/default/sentiment_classifier (was 2).",
    );
  });

  test("an environment that uses the version already is the last choice", async () => {
    const { text } = await browser.get(at("version=2&do=deploy"));
    expect(text).toMatch(
      /<option value="staging" selected>staging \(now 3\)<\/option><option value="production">production \(uses it already\)/,
    );
  });

  test("a new environment is created, with a valid name", async () => {
    const path = at("version=2&do=deploy");
    expect((await browser.submit(path, "deploy", { new_environment: "latest" })).status).toBe(400);
    await browser.submitted(path, "deploy", { new_environment: "canary" });
    expect(await world.registry.environments()).toEqual(["production", "staging", "canary"]);
    const unknown = await browser.submit(path, "deploy", { environment: "stagin" });
    expect(unknown.status).toBe(404);
    expect(alertOf(unknown.text)).toContain("Did you mean staging?");
  });

  test("an environment goes back, once, and only from the version that was shown", async () => {
    const path = at("do=rollback&environment=production");
    expect((await browser.get(path)).text).toContain("Roll back to 1");
    const done = await browser.submitted(path, "rollback", { note: "complaints" });
    expect(statusOf(done.text)).toBe(
      "Rolled back: Production now uses version 1 of main/default/sentiment_classifier (was 2).",
    );
    const { csrf_token: token = "" } = fieldsOf((await browser.get(at("do=edit"))).text, "save");
    const typed = { environment: "production", form_key: "production", from: "2", to: "1" };
    const late = await browser.submit(path, "rollback", typed, { token });
    expect(late.status).toBe(409);
    expect(alertOf(late.text)).toContain("Production uses version 1 by now, not 2.");
    expect((await browser.get(at("do=rollback&environment=production"))).text).toContain(
      "Production has no version before 1",
    );
    expect((await browser.get(at("do=rollback&environment=nowhere"))).status).toBe(404);
  });
});

describe("of two tabs, the one that saves last", () => {
  test("does not undo a deployment that it has not shown", async () => {
    const first = at("version=3&do=deploy");
    const seen = fieldsOf((await browser.get(first)).text, "deploy");
    await browser.submitted(at("version=1&do=deploy"), "deploy", { environment: "production" });
    const late = await browser.submit(first, "deploy", { ...seen, environment: "production" });
    expect(late.status).toBe(409);
    expect(alertOf(late.text)).toContain(`Production uses version 1 of ${classifier} by now, not 2.`);
    expect((await world.registry.prompt(classifier)).environments["production"]).toBe(1);
    // The refused form shows the new state: sent again, it is a decision.
    const again = { ...fieldsOf(late.text, "deploy"), environment: "production" };
    expect((await browser.submit(first, "deploy", again)).status).toBe(303);
    expect((await world.registry.prompt(classifier)).environments["production"]).toBe(3);
  });

  test("does not replace tags and descriptions that it has not shown", async () => {
    const path = at("version=3&do=details");
    const seen = fieldsOf((await browser.get(path)).text, "describe");
    await browser.submitted(path, "describe", { tags: "team=growth" });
    const late = await browser.submit(path, "describe", { ...seen, tags: "mine" });
    expect(late.status).toBe(409);
    expect(late.text).toContain(">\nmine</textarea>");
    expect((await world.registry.prompt(classifier)).tags).toEqual({ team: "growth" });
    const again = fieldsOf(late.text, "describe");
    expect((await browser.submit(path, "describe", { ...again, tags: "mine" })).status).toBe(303);
  });
});

describe("a new version", () => {
  const path = at("version=2&do=edit");

  test("is saved with its parent, and equal texts are not saved twice", async () => {
    const typed = { text_0: keptText, version_name: "brief", version_description: "try <it>" };
    const done = await browser.submitted(path, "save", typed);
    expect(statusOf(done.text)).toBe(`Saved as version 5 of ${classifier}. It is deployed nowhere yet.`);
    expect(await world.registry.get(`${classifier}@brief`)).toMatchObject({
      version: 5,
      template: keptText,
      versionDescription: "try <it>",
      origin: { parent: 2 },
      model: { model: "offline/small" },
    });
    const again = await browser.submitted(path, "save", typed);
    expect(statusOf(again.text)).toContain("Version 5 already has this text");
    expect((await world.registry.history(classifier)).length).toBe(5);
  });

  test("keeps the variables and the passages that the config locks", async () => {
    const lost = await browser.submit(path, "save", { text_0: keptText.replace("{{text}}", "{{txt}}") });
    expect(lost.status).toBe(400);
    expect(alertOf(lost.text)).toContain("lost the variable {{text}}");
    expect(lost.text).toContain("{{txt}}</textarea>");
    const changed = await browser.submit(path, "save", { text_0: "Label {{text}}." });
    expect(alertOf(changed.text)).toContain("no longer holds this span, which must stay word for word");
    expect((await world.registry.history(classifier)).length).toBe(4);
  });

  test("keeps line ends: an unchanged text is the same version", async () => {
    const draft = { path: "main/ends", templateLanguage: "default", model: { model: "m" } } as const;
    await world.registry.upsert({ ...draft, template: "One\r\n{{text}}\r\n" });
    const ends = "/ui/prompts/main/ends?do=edit";
    expect(statusOf((await browser.submitted(ends, "save")).text)).toContain("no version was added");
    await browser.submitted(ends, "save", { text_0: "Two\n{{text}}\n" });
    expect((await world.registry.get("main/ends")).template).toBe("Two\r\n{{text}}\r\n");
  });

  test("may be the first one of another prompt, which has a contract of its own", async () => {
    const taken = await browser.submit(path, "save", {
      text_0: "New {{words}}",
      path: "main/support/answer",
    });
    expect(taken.status).toBe(409);
    await browser.submitted(path, "save", { text_0: "New {{words}}", path: "main/default/other" });
    expect(await world.registry.get("main/default/other")).toMatchObject({
      version: 1,
      environments: ["production"],
    });
  });

  test("may have other settings, which are checked", async () => {
    const save = (settings: string) => browser.submit(path, "save", { text_0: keptText, settings });
    for (const settings of [
      "{",
      "[]",
      '{"model": "m", "temprature": 1}',
      '{"model": "m", "temperature": 9}',
      '{"temperature": 1}',
    ])
      expect((await save(settings)).status, settings).toBe(400);
    expect((await save('{"model": "gpt-4o", "temperature": 0.5}')).status).toBe(303);
    expect(await world.registry.get(classifier)).toMatchObject({
      version: 5,
      model: { model: "gpt-4o", temperature: 0.5 },
    });
  });

  test("of a chat prompt has a text for each message", async () => {
    const chat = "/ui/prompts/main/support/answer?do=edit";
    await browser.submitted(chat, "save", { text_0: "Tickets of {{ product }}, {{ tone }}." });
    const { template } = await world.registry.get("main/support/answer@2");
    expect(template).toEqual([
      { role: "system", content: "Tickets of {{ product }}, {{ tone }}." },
      { role: "user", content: "{% for line in lines %}- {{ line }}\n{% endfor %}" },
    ]);
  });
});

test("names, descriptions and tags are set and cleared", async () => {
  const path = at("version=3&do=details");
  await browser.submitted(path, "describe", {
    version_name: "cheap",
    version_description: "short",
    description: "",
    tags: "team=growth\nreviewed",
  });
  expect(await world.registry.get(`${classifier}@cheap`)).toMatchObject({
    version: 3,
    versionDescription: "short",
  });
  expect(await world.registry.prompt(classifier)).toMatchObject({ tags: { team: "growth", reviewed: "" } });
  expect(await world.registry.prompt(classifier)).not.toHaveProperty("description");
  const taken = await browser.submit(path, "describe", { version_name: "with-examples" });
  expect(alertOf(taken.text)).toContain("is taken by version 4");
  await browser.submitted(path, "describe", { version_name: "", version_description: "", tags: "" });
  expect(await world.registry.get(`${classifier}@3`)).not.toHaveProperty("versionName");
  expect((await world.registry.prompt(classifier)).tags).toEqual({});
});
