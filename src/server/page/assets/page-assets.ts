import { createHash } from "node:crypto";
import { reportCss } from "../../../report/look/report-css.ts";
import { reportScript } from "../../../report/look/report-script.ts";
import { tokensCss } from "../../../report/look/tokens-css.ts";
import { pageCss } from "./page-css.ts";
import { readPageScript } from "./page-script.ts";

/** A file of the page. Its address holds its digest, so browsers keep it for a year. */
export interface PageAsset {
  readonly address: string;
  readonly type: string;
  readonly text: string;
}

interface PageAssets {
  readonly style: PageAsset;
  readonly script: PageAsset;
  readonly icon: PageAsset;
  /** Filters, sorts and exports the rows of a report. */
  readonly report: PageAsset;
}

export const assetPrefix = "/ui/assets";

let assets: PageAssets | undefined;

/** Made on first use: most commands show no page. */
export function pageAssets(): PageAssets {
  assets ??= {
    style: assetOf("page", "css", "text/css", tokensCss + reportCss + pageCss),
    script: assetOf("page", "js", "text/javascript", readPageScript()),
    report: assetOf("report", "js", "text/javascript", reportScript),
    icon: assetOf("icon", "svg", "image/svg+xml", icon),
  };
  return assets;
}

/** The asset at an address, with the headers to send it with. */
export function findAsset(address: string): PageAsset | undefined {
  return Object.values(pageAssets()).find((asset) => asset.address === address);
}

export const assetHeaders = {
  "cache-control": "public, max-age=31536000, immutable",
  "x-content-type-options": "nosniff",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
} as const;

const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#1d5bc9"/><path d="M3 11.5h3V8h3.500V4.500H13" fill="none" stroke="#fff" stroke-width="1.800"/></svg>
`;

function assetOf(name: string, ending: string, type: string, text: string): PageAsset {
  const digest = createHash("sha256").update(text).digest("hex").slice(0, 16);
  return { address: `${assetPrefix}/${name}.${digest}.${ending}`, type: `${type}; charset=utf-8`, text };
}
