/** An endpoint as it may be written down: without user, password, query and trailing slash. */
export function shownUrl(url: string): string {
  if (!URL.canParse(url)) return url.replace(/\/\/[^/]*@/, "//").replace(/[?#].*$/s, "");
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`.replace(/\/+$/, "");
}

const loopbackHost = /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/;

export function isLoopback(url: string): boolean {
  return URL.canParse(url) && loopbackHost.test(new URL(url).hostname);
}
