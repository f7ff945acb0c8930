/** What consoles without UTF-8 show instead of the signs of this tool. */
const plainSigns: Readonly<Record<string, string>> = {
  "✓": "+",
  "✕": "x",
  "–": "-",
  "−": "-",
  "→": "->",
  "…": "~",
  "─": "-",
  "·": "*",
};
const sign = new RegExp(`[${Object.keys(plainSigns).join("")}]`, "g");

/** Replaces the tool's own signs on consoles without UTF-8. Apply before measuring: some get wider. */
export function withConsoleSigns(text: string, { isAscii }: { readonly isAscii?: boolean }): string {
  return isAscii === true ? text.replace(sign, (mark) => plainSigns[mark] ?? mark) : text;
}

/** The terminals of Windows that show UTF-8, by the variable they set; others have a console code page. */
const windowsTerminals: readonly (readonly [name: string, value?: RegExp])[] = [
  ["WT_SESSION"],
  ["ConEmuTask"],
  ["TERMINAL_EMULATOR", /JetBrains/],
  ["TERM_PROGRAM"],
  ["TERM", /^(xterm|alacritty|rxvt|tmux|screen|cygwin)/],
];

/** Whether a console cannot show the tool's signs: old Windows consoles, the kernel's own, and the C locale. */
export function isAsciiConsole(
  env: Readonly<Record<string, string | undefined>>,
  platform?: string,
): boolean {
  if (platform === "win32") {
    return !windowsTerminals.some(([name, value = /./]) => value.test(env[name] ?? ""));
  }
  if (env["TERM"] === "linux") return true;
  const locale = [env["LC_ALL"], env["LC_CTYPE"], env["LANG"]].find((one) => one !== undefined && one !== "");
  return locale !== undefined && !/utf-?8/i.test(locale);
}
