import { afterEach, describe, expect, test } from "vitest";
import { UsageError } from "../../../src/core/errors.ts";
import { html } from "../../../src/report/html.ts";
import { pageGroup } from "../../../src/server/page/page-group.ts";
import { areaField, changeForm } from "../../../src/server/page/shell/change-form.ts";
import { dataTable } from "../../../src/server/page/shell/data-table.ts";
import { mountArea } from "../../../src/server/page/shell/mount-area.ts";
import type { PageArea } from "../../../src/server/page/shell/page-area.ts";
import { createPageSession } from "../../../src/server/page/shell/page-session.ts";
import { plainShape } from "../../../src/server/problem.ts";
import { createRouteApp, type RouteGroup } from "../../../src/server/route-group.ts";
import { routeGroups } from "../../../src/server/routes.ts";
import { basicKey, openPageRequests } from "../../support/page-requests.ts";
import { type ServerWorld, startServer, type WorldOptions } from "../../support/server-world.ts";

const worlds: ServerWorld[] = [];
afterEach(async () => {
  await Promise.all(worlds.splice(0).map(({ server }) => server.close(0)));
});

/** One page whose form keeps what it is sent, and refuses an empty text. */
function notesGroup(kept: string[]): RouteGroup {
  const area: PageArea = {
    name: "Notes",
    address: "/ui/notes",
    pages: () => [
      {
        path: "/ui/notes",
        show: async (request) => ({
          title: "Notes",
          content: changeForm(
            request,
            { action: "add", label: "Add a note" },
            (typed) =>
              html`${areaField({ label: "Text", name: "text", value: typed("text", "usual") })}<button>Add</button>`,
          ),
        }),
        actions: {
          add: async (fields) => {
            if (fields.get("text").includes("bad"))
              throw new UsageError("the text is bad", { hint: "write a better one" });
            kept.push(fields.get("text"));
            return { to: "/ui/notes", message: `Added <${fields.get("text")}>` };
          },
        },
      },
    ],
  };
  return {
    ...pageGroup,
    routes(services) {
      const app = createRouteApp(plainShape, services.log);
      mountArea(app, area, {
        navigation: [area],
        services,
        session: createPageSession(services.keyring.formSecret),
      });
      return app;
    },
  };
}

async function open(options: WorldOptions = {}) {
  const kept: string[] = [];
  const world = await startServer({ groups: [notesGroup(kept)], ...options });
  worlds.push(world);
  const { cookies, request: browse } = openPageRequests(world);
  const tokenOf = (text: string) => /name="csrf_token" value="([^"]+)"/.exec(text)?.[1] ?? "";
  const bodyOf = (fields: Record<string, string>) => new URLSearchParams(fields).toString();
  const post = async (text: string, headers?: Record<string, string>, token?: string) => {
    const csrf = token ?? tokenOf((await browse("GET", "/ui/notes", undefined, headers)).text);
    const fields = { csrf_token: csrf, action: "add", form_key: "", text };
    return browse("POST", "/ui/notes", bodyOf(fields), headers);
  };
  return { ...world, kept, browse, post, tokenOf, cookies };
}

describe("a form", () => {
  test("of one server is taken by another one with the same keys, and by no other", async () => {
    const apiKeys = [{ value: "write-key" }];
    const [one, replica, other] = [
      await open({ apiKeys }),
      await open({ apiKeys }),
      await open({ apiKeys: [...apiKeys, { value: "second" }] }),
    ];
    const shown = await one.browse("GET", "/ui/notes", undefined, basicKey("write-key"));
    for (const server of [replica, other])
      for (const [name, value] of one.cookies) server.cookies.set(name, value);
    const token = one.tokenOf(shown.text);
    expect((await replica.post("kept", basicKey("write-key"), token)).status).toBe(303);
    expect(replica.kept).toEqual(["kept"]);
    expect((await other.post("lost", basicKey("write-key"), token)).status).toBe(403);
    expect(other.kept).toEqual([]);
  });

  test("changes something, redirects, and shows its message once, as text", async () => {
    const { browse, post, kept } = await open();
    expect(await post("one\r\ntwo")).toMatchObject({ status: 303, headers: { location: "/ui/notes" } });
    expect(kept).toEqual(["one\ntwo"]);
    expect((await browse("GET", "/ui/notes")).text).toMatch(
      /role="status"><strong>✓<\/strong> Added &lt;one\ntwo&gt;/,
    );
    expect((await browse("GET", "/ui/notes")).text).not.toContain('role="status"');
  });

  test("that is refused shows why, with everything that was typed, hidden characters too", async () => {
    const { post, kept } = await open();
    const { status, text } = await post("bad \u202e\u200b</textarea><script>");
    expect(status).toBe(400);
    expect(kept).toEqual([]);
    expect(text).toMatch(
      /role="alert" id="refused"><strong>✕ The text is bad\.<\/strong> Write a better one\./,
    );
    expect(text).toContain(">\nbad &#x202E;&#x200B;&lt;/textarea&gt;&lt;script&gt;</textarea>");
  });

  test("without this server's token changes nothing, and keeps what was typed", async () => {
    const { post, browse, tokenOf, kept, cookies } = await open();
    const other = await open();
    const foreign = tokenOf((await other.browse("GET", "/ui/notes")).text);
    for (const token of ["", "made-up", foreign]) {
      await browse("GET", "/ui/notes");
      const { status, text } = await post("my words", {}, token);
      expect(status).toBe(403);
      expect(text).toContain("Nothing was changed");
      expect(text).toContain("my words");
    }
    const own = tokenOf((await browse("GET", "/ui/notes")).text);
    cookies.clear();
    expect((await post("my words", {}, own)).status).toBe(403);
    cookies.set("dao_opt_session", "a".repeat(24));
    expect((await post("my words", {}, own)).status).toBe(403);
    expect(kept).toEqual([]);
  });

  test.each([
    { origin: "https://evil.example" },
    { origin: "null" },
    { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" },
    { "sec-fetch-site": "same-site" },
    { "sec-fetch-site": "none" },
  ])("of another site is refused: %j", async (headers) => {
    const { post, browse, tokenOf, kept } = await open();
    const token = tokenOf((await browse("GET", "/ui/notes")).text);
    const { status, text } = await post("forged words", { ...headers }, token);
    expect(status).toBe(403);
    expect(text).not.toContain("forged words");
    expect(kept).toEqual([]);
  });

  test("is only sent as a form, and only for actions of the page", async () => {
    const { browse, tokenOf, kept } = await open();
    const token = tokenOf((await browse("GET", "/ui/notes")).text);
    const json = { "content-type": "text/plain" };
    expect((await browse("POST", "/ui/notes", `csrf_token=${token}&action=add`, json)).status).toBe(415);
    for (const action of ["", "constructor", "remove"])
      expect((await browse("POST", "/ui/notes", `csrf_token=${token}&action=${action}`)).status).toBe(400);
    expect(kept).toEqual([]);
  });

  test("is absent for a read-only key, whose posts are refused; a writing key's token is of no use to it", async () => {
    const apiKeys = [{ value: "write-key" }, { value: "read-key", isReadOnly: true }];
    const { browse, post, tokenOf, kept } = await open({ apiKeys });
    const reader = await browse("GET", "/ui/notes", undefined, basicKey("read-key"));
    expect(reader.text).not.toContain("<form");
    expect(reader.text).toContain("Changes need a key that may write");
    const token = tokenOf((await browse("GET", "/ui/notes", undefined, basicKey("write-key"))).text);
    expect((await post("x", basicKey("read-key"), token)).status).toBe(403);
    expect((await post("x", {}, token)).status).toBe(401);
    expect(kept).toEqual([]);
    expect((await post("kept", basicKey("write-key"))).status).toBe(303);
    const bearer = { authorization: "Bearer write-key" };
    expect((await post("kept too", bearer)).status).toBe(303);
    expect(kept).toEqual(["kept", "kept too"]);
    expect((await post("x", basicKey("other-key"), token)).status).toBe(401);
  });
});

describe("the frame", () => {
  test("marks the current page, and serves its files for a year without a key", async () => {
    const { send } = await open({ groups: routeGroups, apiKeys: [{ value: "key" }] });
    const { text } = await send("GET", "/ui/prompts", { headers: basicKey("key") });
    expect(text).toContain('<a href="/ui/prompts" aria-current="page">Prompts</a>');
    expect(text).toContain('<a class="skip" href="#main">');
    const files = [...text.matchAll(/(?:href|src)="(\/ui\/assets\/[^"]+)"/g)].map(([, file = ""]) => file);
    expect(files).toHaveLength(3);
    for (const file of files) {
      const { status, headers } = await send("GET", file);
      expect(status).toBe(200);
      expect(headers["cache-control"]).toBe("public, max-age=31536000, immutable");
    }
    expect((await send("GET", "/ui/assets/page.0000.js")).status).toBe(404);
  });

  test("has every address of the navigation, and an error page for others", async () => {
    const { send } = await open({
      groups: routeGroups,
      services: { datasets: { list: async () => [] } as never },
    });
    for (const path of ["prompts", "playground", "runs", "traces", "datasets"])
      expect((await send("GET", `/ui/${path}`)).status).toBe(200);
    expect((await send("GET", "/docs")).status).toBe(200);
    const missing = await send("GET", "/ui/nothing%20here");
    expect(missing).toMatchObject({ status: 404, text: expect.stringContaining("Not found") });
  });
});

test("tables label numbers by their heads on narrow screens, with units as they are written", () => {
  const heads = ["Name", "Rows", "kB", "Latest version"];
  const columns = heads.map((head) => ({ head, isNumber: head !== "Name", cell: () => head }));
  const { markup } = dataTable(columns, [{}], { label: "Figures" });
  const labels = [...markup.matchAll(/data-l="([^"]+)"/g)].map(([, label]) => label);
  expect(labels).toEqual(["rows", "kB", "latest version"]);
});
