import { messageText } from "../../../core/message.ts";
import { type Layout, readHeadings, readLayout, type Section } from "../layout.ts";
import type { OfflineRequest } from "../request.ts";
import { readFeedback } from "./read-prose.ts";
import { readRecords } from "./read-records.ts";
import type { FailureRecord } from "./record-collector.ts";
import { isPlaceholder, type ReplyForm, readReplyForm } from "./reply-form.ts";

/** What a request for a better prompt shows and wants. */
export interface ReflectionReading {
  readonly kind: "improve" | "merge";
  /** The texts to rewrite (improve) or to combine (merge); at least one. */
  readonly texts: readonly { readonly name: string; readonly text: string }[];
  readonly records: readonly FailureRecord[];
  /** Passages that must stay word for word. */
  readonly locked: readonly string[];
  readonly maxTokens?: number;
  /** Further texts of the same prompt, which stay as they are. */
  readonly others: string;
  /** Words of earlier attempts that did not help. */
  readonly rejected: string;
  /** True when the request says that a former reply broke the rules: a second one takes care. */
  readonly isRetry: boolean;
  readonly form: ReplyForm;
}

const asks =
  /\b(?:write|rewrite|propose|produce|create|suggest|draft|come up with|improve|revise|refine|edit|combine|merge|fix|optimi[sz]e|rework|update|give (?:me|us)|provide|reply with|return|output)\b[^.?!\n]{0,140}(?:\b(?:instructions?|templates?|system message)\b|\bprompts?\b(?! (?:response|reply|attention|action|assist\w*|service|help|resolution|support))|\b(?:new|better|improved|revised|rewritten|complete|combined|merged|single|following|named?)\b[^.?!\n]{0,40}\b(?:texts?|versions?|message)\b)/i;
const betters =
  /\b(?:new|better|improv\w*|rewrit\w*|revis\w*|refin\w*|optimi[sz]\w*|combin\w*|merg\w*|rework\w*|fix|updat\w*|underperform\w*)\b/i;
const merges = /\b(?:combine|merge|unite|fuse|blend|cross)\b/i;

type Role = "current" | "record" | "locked" | "rejected" | "other";
const roles: readonly (readonly [Role, RegExp])[] = [
  [
    "rejected",
    /\breject\w*|earlier attempt|previous attempt|already tried|did(?: not|n't) help|no better|were worse|\bedit \d|\bavoid\b/i,
  ],
  ["locked", /word for word|verbatim|must (?:stay|be kept|keep|remain)|\brequired\b|\blocked\b|passages?\b/i],
  ["other", /stay as they are|\bother texts\b|for reference only/i],
  [
    "current",
    /^#* ?(?:the )?(?:current|present|rewrite|version|prompt|instruction|template|candidate|parent)\w*\b(?!.*\b(?:fail\w*|wrong|mistakes?)\b)/im,
  ],
  [
    "record",
    /\bexamples?\b|failures?|failing|\bcases?\b|mistakes?|wrong|feedback|\binputs?\b|\boutputs?\b|\banswers?\b|expected|\bscores?\b|transcripts?|\btraces?\b|results|errors?\b|\brecords?\b|\brows?\b/i,
  ],
  [
    "current",
    /instructions?|\bprompts?\b|template|\bcurrent\b|\btext\b|\bversions?\b|\bparent\b|component|message|candidate/i,
  ],
];

function roleOf(section: Section): Role | "background" {
  const [own = "", ...rest] = section.title.replace(/[_]/g, " ").split("\n");
  const lead = section.tag === undefined && rest.length > 0 ? rest.join("\n") : [own, ...rest].join("\n");
  const byTag = section.tag === undefined ? undefined : roles.find(([, pattern]) => pattern.test(own))?.[0];
  return byTag ?? roles.find(([, pattern]) => pattern.test(lead))?.[0] ?? "background";
}

/** Undefined when the request asks for no new prompt or shows none. */
export function readReflection(request: OfflineRequest): ReflectionReading | undefined {
  const whole = request.messages
    .filter(({ role }) => role !== "assistant")
    .map(messageText)
    .join("\n\n");
  const layout = readLayout(whole);
  if (!asks.test(layout.frame) || !betters.test(layout.frame)) return undefined;
  const sections = layout.sections.some((one) => roleOf(one) === "current")
    ? layout.sections
    : readHeadings(whole);
  const current = sections.filter(
    (one) => roleOf(one) === "current" && one.body.trim() !== "" && !isPlaceholder(one.body),
  );
  if (current.length === 0) return undefined;
  const kind = merges.test(layout.frame) && current.length > 1 ? "merge" : "improve";
  const form = readReplyForm(request, layout);
  const bodies = (role: Role): string[] =>
    sections.filter((one) => roleOf(one) === role).map(({ body }) => body.trim());
  const listed = [...layout.frame.matchAll(/^\s*[-*]\s+["`']?(\{\{\s*[\w.]+\s*\}\})["`']?\s*$/gm)].map(
    (match) => match[1] ?? "",
  );
  const cap =
    /(?:at most|no more than|maximum(?: of)?|under|within|up to)\s+(?:about\s+)?(\d+)\s+(?:estimated\s+)?tokens/i.exec(
      layout.frame,
    )?.[1];
  const chosen = kind === "merge" || form.kind === "json" ? current : [askedFor(current, layout)];
  return {
    kind,
    texts: chosen.map((one) => ({ name: nameOf(one), text: one.body.replace(/^\n+/, "") })),
    records: readRecords(recordText(layout, sections))
      .map(completed)
      .filter((one) => one.feedback !== "" || (one.input !== "" && one.output + one.expected !== "")),
    locked: [...bodies("locked"), ...listed],
    ...(cap === undefined ? {} : { maxTokens: Number(cap) }),
    others: bodies("other").join("\n"),
    rejected: bodies("rejected").join("\n"),
    isRetry:
      /\b(?:cannot be used|was refused|is missing|are missing|lost|dropped|left out|broke|try again|not allowed)\b/i.test(
        layout.frame,
      ),
    form,
  };
}

/** All that is left when prompts, passages to keep and old attempts are taken out. */
function recordText(layout: Layout, sections: readonly Section[]): string {
  if (sections !== layout.sections)
    return sections
      .filter((one) => roleOf(one) === "record")
      .map((one) => `## ${one.title}\n${one.body}`)
      .join("\n");
  return layout.parts
    .map((part) =>
      typeof part === "string"
        ? part
        : roleOf(part) === "record" || roleOf(part) === "background"
          ? bare(part)
          : "",
    )
    .join("\n");
}

/** Tags around a whole list of examples are taken off; fences stay, a value may stand in one. */
function bare(section: Section): string {
  if (section.tag === undefined) return section.raw;
  return /s$/.test(section.tag) ? section.body : section.raw;
}

function completed(record: FailureRecord): FailureRecord {
  if (record.expected !== "" && record.output !== "") return record;
  const told = readFeedback(record.feedback);
  return {
    ...record,
    expected: record.expected === "" ? (told.expected ?? "") : record.expected,
    output: record.output === "" ? (told.output ?? "") : record.output,
  };
}

/** Of several texts, the one the request names when it asks; else the first called current. */
function askedFor(current: readonly Section[], layout: Layout): Section {
  const sentences = layout.frame.split(/(?<=[.!?:])\s+|\n/).filter((one) => asks.test(one));
  const named = current.find((one) => {
    const name = nameOf(one);
    return name !== "" && sentences.some((sentence) => sentence.includes(name));
  });
  return (
    named ??
    current.find((one) => /\bcurrent\b|to (?:rewrite|improve)/i.test(one.title)) ??
    (current[0] as Section)
  );
}

function nameOf(section: Section): string {
  const quoted =
    /[`"“']([\w#:./-]+)[`"”']/.exec(section.title)?.[1] ?? /\b(?:name|id)="([^"]+)"/.exec(section.title)?.[1];
  return quoted ?? /\b[\w-]+#\d+:\w+\b|\b[a-z]\w*_\w+\b/.exec(section.title)?.[0] ?? section.tag ?? "";
}
