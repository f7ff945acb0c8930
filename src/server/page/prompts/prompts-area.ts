import type { PageArea } from "../shell/page-area.ts";
import { promptPage } from "./prompt-page.ts";
import { promptsPage } from "./prompts-page.ts";

const prefix = "/ui/prompts/";

export const promptsArea: PageArea = {
  name: "Prompts",
  address: "/ui/prompts",
  pages: ({ registry }) => [
    { path: "/ui/prompts", show: (request) => promptsPage(registry, request) },
    {
      path: `${prefix}*`,
      show: (request) => promptPage(registry, request.path.slice(prefix.length), request),
    },
  ],
};
