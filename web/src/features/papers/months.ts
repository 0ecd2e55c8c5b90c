/** Months of the books are those of Lagos, wherever the reader is. Each is written `2026-10`. */

const LAGOS = new Intl.DateTimeFormat("en-CA", { timeZone: "Africa/Lagos", year: "numeric", month: "2-digit" });

export function lagosMonth(moment: Date = new Date()): string {
  const parts = Object.fromEntries(LAGOS.formatToParts(moment).map((part) => [part.type, part.value]));
  return `${parts.year}-${parts.month}`;
}

/** From the present one back to that of `moment`. */
export function monthsSince(moment: string, now: Date = new Date()): string[] {
  const first = lagosMonth(new Date(moment));
  const months: string[] = [];
  let [year = 0, month = 0] = lagosMonth(now).split("-").map(Number);
  for (;;) {
    const name = `${year}-${String(month).padStart(2, "0")}`;
    if (name < first) return months;
    months.push(name);
    [year, month] = month === 1 ? [year - 1, 12] : [year, month - 1];
  }
}
