import { healthGroup } from "./health-routes.ts";
import { humanloopGroup } from "./humanloop/humanloop-group.ts";
import { librettoGroup } from "./libretto-routes.ts";
import { otlpGroup } from "./otlp-routes.ts";
import { pageGroup } from "./page/page-group.ts";
import { createProxyGroup } from "./proxy-group.ts";
import type { RouteGroup } from "./route-group.ts";

/** All route groups; a new one needs an import and an entry here. */
export const routeGroups: readonly RouteGroup[] = [
  pageGroup,
  humanloopGroup,
  healthGroup,
  otlpGroup,
  librettoGroup,
  createProxyGroup({ prefix: "/openai/v1" }),
];
