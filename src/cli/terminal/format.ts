/** Number formatting; `–` stands for unknown. */

export const unknown = "–";

export function formatScore(value: number | null | undefined): string {
  return value === null || value === undefined ? unknown : value.toFixed(3);
}

export function formatGain(difference: number, digits = 3): string {
  const text = Math.abs(difference).toFixed(digits);
  return `${difference < 0 && Number(text) !== 0 ? "−" : "+"}${text}`;
}

export function formatInterval([low, high]: readonly [number, number], digits = 3): string {
  return `[${signed(low, digits)}, ${signed(high, digits)}]`;
}

function signed(value: number, digits: number): string {
  const text = Math.abs(value).toFixed(digits);
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}

/** Numbers below 1 without their leading zero, for narrow tables: `.42`. */
export function withoutZero(text: string): string {
  return text.replace(/(^|[^\d.])0\./g, "$1.");
}

export function formatPercent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** Formats an interval of shares in percent. */
export function formatPercentInterval([low, high]: readonly [number, number]): string {
  return `[${(low * 100).toFixed(1)}, ${(high * 100).toFixed(1)}]`;
}

export function formatCount(value: number): string {
  return value.toLocaleString("en-US");
}

/** Formats a mean token count with at most one decimal. */
export function formatTokens(value: number | null): string {
  return value === null ? unknown : value.toLocaleString("en-US", { maximumFractionDigits: 1 });
}

/** Cents, even of small amounts: `$0.00`. */
export function formatCents(value: number): string {
  return `$${value.toFixed(2)}`;
}

export function formatUsd(value: number | null): string {
  if (value === null) return unknown;
  if (value === 0) return "$0";
  return value < 0.01 ? `$${value.toPrecision(2)}` : `$${value.toFixed(2)}`;
}

/** Formats a price with three significant digits. */
export function formatPrice(value: number | null): string {
  if (value === null) return unknown;
  return `$${value >= 100 ? value.toFixed(0) : Number(value.toPrecision(3))}`;
}

export function formatSeconds(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} m ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} m`;
}

/** Formats bytes in decimal units: `4.2 MB`. */
export function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const step = bytes < 1000 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1);
  const value = bytes / 1000 ** step;
  return `${step === 0 || value >= 100 ? value.toFixed(0) : value.toFixed(1)} ${units[step]}`;
}

/** `3 rows`, `1 row`. */
export function countOf(count: number, word: string, plural = `${word}s`): string {
  return `${formatCount(count)} ${count === 1 ? word : plural}`;
}

/** Prefixes `~` to an estimate. */
export function marked(figure: string, isEstimated: boolean): string {
  return isEstimated && figure !== unknown ? `~${figure}` : figure;
}
