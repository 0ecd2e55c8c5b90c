/** What a person typed as naira, in kobo; null when it is no amount. Never through a float: 0.29 * 100 is not 29. */
export function kobo(typed: string): number | null {
  const match = /^\s*₦?\s*([0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,13})(?:\.([0-9]{1,2}))?\s*$/.exec(typed);
  if (!match) return null;
  const whole = Number(match[1]?.replaceAll(",", ""));
  return whole * 100 + Number((match[2] ?? "").padEnd(2, "0") || 0);
}
