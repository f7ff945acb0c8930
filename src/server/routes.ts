import { healthGroup } from "./health-routes.ts";
import { humanloopGroup } from "./humanloop/humanloop-group.ts";
import { librettoGroup } from "./libretto-routes.ts";
import { otlpGroup } from "./otlp-routes.ts";
import { pageGroup } from "./page/page-routes.ts";
import { createProxyGroup } from "./proxy-group.ts";
import type { RouteGroup } from "./route-group.ts";

/** Every group of routes this server answers; a new one is an import and a line. */
export const routeGroups: readonly RouteGroup[] = [
  pageGroup,
  humanloopGroup,
  healthGroup,
  otlpGroup,
  librettoGroup,
  createProxyGroup({ prefix: "/openai/v1" }),
];
