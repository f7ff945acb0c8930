import type { Spend } from "../core/usage.ts";

/** Number formatting of the page. */
export function score(value: number | null | undefined): string {
  return value === null || value === undefined ? "–" : value.toFixed(3);
}

export function signed(value: number): string {
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(3)}`;
}

export function interval([low, high]: readonly [number, number]): string {
  const text = (value: number) => (value < 0 ? `−${Math.abs(value).toFixed(3)}` : value.toFixed(3));
  return `${text(low)} to ${text(high)}`;
}

export function percents([low, high]: readonly [number, number]): string {
  return `${(low * 100).toFixed(1)} to ${(high * 100).toFixed(1)} %`;
}

function usd(value: number | null): string {
  if (value === null) return "unknown";
  return value !== 0 && value < 0.01 ? `$${value.toPrecision(2)}` : `$${value.toFixed(2)}`;
}

export function count(value: number): string {
  return value.toLocaleString("en-US");
}

/** Cost of a role, marked if partly estimated. */
export function spentUsd({ usd: value, isEstimated }: Spend): string {
  return `${isEstimated && value !== null ? "~" : ""}${usd(value)}`;
}

/** Made on first use and kept: making one takes longer than everything else in a line. */
let oneDecimal: Intl.NumberFormat | undefined;

/** Formats a mean token count with at most one decimal. */
export function tokenCount(value: number | null): string {
  if (value === null) return "unknown";
  oneDecimal ??= new Intl.NumberFormat("en-US", { maximumFractionDigits: 1 });
  return oneDecimal.format(value);
}

/** Formats a price with three significant digits. */
export function price(value: number | null): string {
  if (value === null) return "unknown";
  return `$${value >= 100 ? value.toFixed(0) : Number(value.toPrecision(3))}`;
}
