const marker = /^(<{7}|\|{7}|={7}|>{7})(?: .*)?\r?$/;

/** Both sides of a file that git could not merge; undefined when it holds no conflict. */
export function mergeSides(text: string): { readonly ours: string; readonly theirs: string } | undefined {
  const ours: string[] = [];
  const theirs: string[] = [];
  let state: "both" | "ours" | "base" | "theirs" = "both";
  let hasConflict = false;
  for (const line of text.split("\n")) {
    const sign = marker.exec(line)?.[1]?.[0];
    if (sign === "<" && state === "both") {
      state = "ours";
      hasConflict = true;
    } else if (sign === "|" && state === "ours") state = "base";
    else if (sign === "=" && (state === "ours" || state === "base")) state = "theirs";
    else if (sign === ">" && state === "theirs") state = "both";
    else {
      if (state === "both" || state === "ours") ours.push(line);
      if (state === "both" || state === "theirs") theirs.push(line);
    }
  }
  return hasConflict && state === "both" ? { ours: ours.join("\n"), theirs: theirs.join("\n") } : undefined;
}
