import { NotFoundError } from "../../../core/errors.ts";
import type { ServerServices } from "../../server-services.ts";
import type { PageArea, PageRequest } from "../shell/page-area.ts";
import { pageHeaders } from "../shell/page-headers.ts";
import { addressOf } from "../shell/page-links.ts";
import { promptActions } from "./prompt-actions.ts";
import { promptCensusOf } from "./prompt-census.ts";
import { promptPage } from "./prompt-page.ts";
import { readPromptView } from "./prompt-view.ts";
import { promptsPage } from "./prompts-page.ts";

const prefix = "/ui/prompts/";
const pathOf = (address: string) => address.slice(prefix.length);

export const promptsArea: PageArea = {
  name: "Prompts",
  address: "/ui/prompts",
  pages: (services) => {
    const census = promptCensusOf(services);
    return [
      { path: "/ui/prompts", show: (request) => promptsPage(services, census, request) },
      {
        path: `${prefix}*`,
        show: (request) => promptOrFolder(services, request),
        actions: promptActions(services, pathOf),
      },
    ];
  },
};

/** The address of a folder leads to the list of its prompts. */
async function promptOrFolder(services: ServerServices, request: PageRequest) {
  const path = pathOf(request.path);
  try {
    return await promptPage(services, await readPromptView(services, path, request));
  } catch (error) {
    if (!(error instanceof NotFoundError) || error.kind !== "prompt") throw error;
    const inside = await services.registry.list({ folder: path, limit: 1 });
    if (inside.length === 0) throw error;
    const location = addressOf(["ui", "prompts"], { folder: path.replace(/\/+$/, "") });
    return new Response(null, { status: 302, headers: { ...pageHeaders, location } });
  }
}
