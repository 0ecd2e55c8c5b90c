const month = new Intl.DateTimeFormat("en-NG", { month: "long", year: "numeric", timeZone: "UTC" });

/** `2026-10` as October 2026. */
export function monthName(of: string): string {
  return month.format(new Date(`${of}-15T12:00:00Z`));
}
