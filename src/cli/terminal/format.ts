/** Figures as people read them. Every function is pure; `–` stands for unknown. */

export const unknown = "–";

export function formatScore(value: number | null | undefined): string {
  return value === null || value === undefined ? unknown : value.toFixed(3);
}

export function formatGain(difference: number): string {
  return `${difference >= 0 ? "+" : "−"}${Math.abs(difference).toFixed(3)}`;
}

export function formatInterval([low, high]: readonly [number, number]): string {
  return `[${signed(low)}, ${signed(high)}]`;
}

function signed(value: number): string {
  return value < 0 ? `−${Math.abs(value).toFixed(3)}` : value.toFixed(3);
}

export function formatPercent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** An interval of shares, in percent like the share it belongs to. */
export function formatPercentInterval([low, high]: readonly [number, number]): string {
  return `[${(low * 100).toFixed(1)}, ${(high * 100).toFixed(1)}]`;
}

export function formatCount(value: number): string {
  return value.toLocaleString("en-US");
}

export function formatUsd(value: number | null): string {
  if (value === null) return unknown;
  if (value === 0) return "$0";
  return value < 0.01 ? `$${value.toPrecision(2)}` : `$${value.toFixed(2)}`;
}

export function formatSeconds(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} m ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} m`;
}

/** `3 improved, 1 unchanged`: a count with its word. */
export function countOf(count: number, word: string, plural = `${word}s`): string {
  return `${formatCount(count)} ${count === 1 ? word : plural}`;
}
