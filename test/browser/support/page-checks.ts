import axe from "axe-core";
import type { Page } from "puppeteer-core";

/** What axe finds wrong, one line each: the rule, and the first place. */
export async function axeFindings(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  return await page.evaluate(async () => {
    const found = (globalThis as unknown as { axe: typeof axe }).axe;
    const { violations } = await found.run();
    return violations.map(
      ({ id, help, nodes }) => `${id}: ${help} (${nodes.length}): ${nodes[0]?.html.slice(0, 200)}`,
    );
  });
}

/** Elements that reach beyond the window, if the page scrolls sideways. */
export async function sidewaysScroll(page: Page): Promise<readonly string[]> {
  return await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    return Array.from(document.querySelectorAll("body *"))
      .filter((one) => one.getBoundingClientRect().right > clientWidth + 1)
      .slice(0, 5)
      .map((one) => `${one.tagName} ${one.className} reaches ${one.getBoundingClientRect().right}`);
  });
}

/** Texts of the elements that a selector finds and that are rendered. */
export async function shownTexts(page: Page, selector: string): Promise<readonly string[]> {
  return await page.$$eval(selector, (found) =>
    found.filter((one) => one.getClientRects().length > 0).map((one) => (one as HTMLElement).innerText),
  );
}

/** What has the keyboard's focus, in a few words. */
export async function focused(page: Page): Promise<string> {
  return await page.evaluate(() => {
    const one = document.activeElement;
    if (one === null) return "nothing";
    const name = one.getAttribute("aria-label") ?? one.textContent ?? "";
    return `${one.tagName.toLowerCase()} ${(one as HTMLInputElement).placeholder ?? ""}${name.trim()}`.trim();
  });
}
