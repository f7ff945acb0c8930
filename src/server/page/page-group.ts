import { plainShape } from "../problem.ts";
import { createRouteApp, type RouteGroup } from "../route-group.ts";
import { assetHeaders, assetPrefix, findAsset } from "./assets/page-assets.ts";
import { datasetsArea } from "./datasets/datasets-area.ts";
import { docsArea } from "./docs/docs-area.ts";
import { playgroundArea } from "./playground/playground-area.ts";
import { promptsArea } from "./prompts/prompts-area.ts";
import { runsArea } from "./runs/runs-area.ts";
import { mountArea, type PageShell, showMissing } from "./shell/mount-area.ts";
import type { PageArea } from "./shell/page-area.ts";
import { createPageSession } from "./shell/page-session.ts";
import { tracesArea } from "./traces/traces-area.ts";

/** The navigation, in its order. */
const areas: readonly PageArea[] = [
  promptsArea,
  playgroundArea,
  runsArea,
  tracesArea,
  datasetsArea,
  docsArea,
];

/** The page for people: prompts, runs, traces, datasets and the API reference. Posts need a key that may write. */
export const pageGroup: RouteGroup = {
  name: "page",
  prefixes: ["/"],
  shape: plainShape,
  access: ({ method, path }) => {
    if (path.startsWith(`${assetPrefix}/`)) return "open";
    return method === "GET" || method === "HEAD" ? "read" : "write";
  },
  contentTypes: () => ["application/x-www-form-urlencoded"],
  routes(services) {
    const app = createRouteApp(plainShape, services.log);
    const shell: PageShell = {
      navigation: areas,
      services,
      session: createPageSession(services.keyring.formSecret),
    };
    for (const path of ["/", "/ui", "/ui/"])
      app.get(path, (context) =>
        context.redirect(`${promptsArea.address}${new URL(context.req.url).search}`),
      );
    app.get(`${assetPrefix}/*`, (context) => {
      const asset = findAsset(context.req.path);
      if (asset === undefined) return context.notFound();
      return context.body(asset.text, 200, { ...assetHeaders, "content-type": asset.type });
    });
    for (const area of areas) mountArea(app, area, shell);
    app.get("/ui/*", (context) => showMissing(context, shell));
    return app;
  },
};
