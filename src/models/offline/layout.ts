/** A text set apart inside a request: by a fence, by tags, or under a heading. */
export interface Section {
  /** The words that introduce it, a line each: tag name or fence title, headings, the line before. */
  readonly title: string;
  readonly body: string;
  /** The fence as written, when there is one. */
  readonly fence?: string;
  readonly tag?: string;
  /** The whole of it as written, fence or tags included. */
  readonly raw: string;
}

export interface Layout {
  /** Frame and sections in the order written. */
  readonly parts: readonly (string | Section)[];
  /** What stands between the sections: the words of whoever asks. */
  readonly frame: string;
  readonly sections: readonly Section[];
}

const fenceLine = /^[ \t]*(`{3,}|~{3,})[^`~\n]*$/;
const openTag = /^[ \t]*<([A-Za-z][\w.:#-]*)((?:\s[^<>]*)?)>/;

/** Takes a request apart. A fence is closed by a bare one of its kind that is at least as long. */
export function readLayout(text: string): Layout {
  const lines = text.replaceAll("\r\n", "\n").split("\n");
  const parts: (string | Section)[] = [];
  let frame: string[] = [];
  let lead = "";
  for (let at = 0; at < lines.length; ) {
    const line = lines[at] ?? "";
    const found = fencedAt(lines, at, line) ?? taggedAt(lines, at, line);
    if (found === undefined) {
      frame.push(line);
      at += 1;
      continue;
    }
    lead = leadOf(frame) || lead;
    if (frame.length > 0) parts.push(frame.join("\n"));
    frame = [];
    const raw = lines.slice(at, found.next).join("\n");
    parts.push({ ...found.section, title: [found.section.title, lead].filter(Boolean).join("\n"), raw });
    at = found.next;
  }
  if (frame.length > 0) parts.push(frame.join("\n"));
  return {
    parts,
    frame: parts.filter((part) => typeof part === "string").join("\n"),
    sections: parts.filter((part) => typeof part !== "string"),
  };
}

interface Found {
  readonly section: Omit<Section, "raw">;
  readonly next: number;
}

function fencedAt(lines: readonly string[], start: number, line: string): Found | undefined {
  const fence = fenceLine.exec(line)?.[1];
  if (fence === undefined) return undefined;
  const isEnd = (other: string): boolean => {
    const bare = other.trim();
    return bare.length >= fence.length && bare === fence.charAt(0).repeat(bare.length);
  };
  const end = lines.findIndex((other, index) => index > start && isEnd(other));
  if (end < 0) return undefined;
  const title = line.trim().slice(fence.length).trim();
  return { section: { title, body: lines.slice(start + 1, end).join("\n"), fence }, next: end + 1 };
}

function taggedAt(lines: readonly string[], start: number, line: string): Found | undefined {
  const open = openTag.exec(line);
  const tag = open?.[1];
  if (open === null || tag === undefined) return undefined;
  const close = `</${tag}>`;
  const end = lines.findIndex((other, index) => index >= start && other.includes(close));
  if (end < 0) return undefined;
  const whole = lines.slice(start, end + 1).join("\n");
  const body = whole.slice(open[0].length, whole.lastIndexOf(close)).replace(/^\n|\n$/g, "");
  return { section: { title: `${tag}${open[2] ?? ""}`, body, tag }, next: end + 1 };
}

/** What leads up to a section: the headings since the last one, and the line right before it. */
function leadOf(frame: readonly string[]): string {
  const headings = frame.filter((line) => /^\s*#{1,6}\s/.test(line)).map((line) => line.trim());
  const last = (frame.findLast((line) => line.trim() !== "") ?? "").trim().slice(-160);
  return headings.includes(last) || last === "" ? headings.join("\n") : [...headings, last].join("\n");
}

const headingLine =
  /^\s*(?:#{1,6}\s+(.+?)|\*\*(.+?)\*\*:?|[-=]{3,}\s*(.+?)\s*[-=]{3,}|([A-Z][\w '()/-]{2,60}):)\s*$/;

/** The same for requests that use headings alone: what stands under one is its section. */
export function readHeadings(text: string): Section[] {
  const sections: { title: string; lines: string[] }[] = [];
  for (const line of text.replaceAll("\r\n", "\n").split("\n")) {
    const match = headingLine.exec(line);
    const title = match?.slice(1).find((part) => part !== undefined);
    if (title !== undefined) sections.push({ title, lines: [] });
    else sections.at(-1)?.lines.push(line);
  }
  return sections.map(({ title, lines }) => ({
    title,
    body: lines.join("\n").trim(),
    raw: lines.join("\n"),
  }));
}
