/** Money, moments and numbers as Nigeria writes them. Amounts come and go as whole kobo. */

const naira = new Intl.NumberFormat("en-NG", { style: "currency", currency: "NGN", currencyDisplay: "narrowSymbol" });
const wholeNaira = new Intl.NumberFormat("en-NG", {
  style: "currency",
  currency: "NGN",
  currencyDisplay: "narrowSymbol",
  maximumFractionDigits: 0,
});

/** ₦12,500, −₦12,500 or ₦12,500.50: kobo are shown only where there are some, and the minus is no hyphen. */
export function money(kobo: number): string {
  const amount = Math.abs(kobo) / 100;
  return (kobo < 0 ? "−" : "") + (kobo % 100 === 0 ? wholeNaira : naira).format(amount);
}

const LOCALE = "en-NG";
const HERE = Intl.DateTimeFormat().resolvedOptions().timeZone;
const made = new Map<string, Intl.DateTimeFormat>();

function formatter(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify(options);
  let format = made.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(LOCALE, options);
    made.set(key, format);
  }
  return format;
}

export function time(moment: string, zone = HERE): string {
  return formatter({ hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone }).format(new Date(moment));
}

/** Fri 27 Nov, with the year where it is another one. */
export function day(moment: string, zone = HERE): string {
  const date = new Date(moment);
  const options: Intl.DateTimeFormatOptions = { weekday: "short", day: "numeric", month: "short", timeZone: zone };
  const year = formatter({ year: "numeric", timeZone: zone });
  if (year.format(date) !== year.format(new Date())) options.year = "numeric";
  return formatter(options).format(date);
}

/** A calendar day such as a job's `date`, which belongs to no zone. */
export function plainDay(date: string): string {
  return day(`${date}T12:00:00Z`, "UTC");
}

/** From a first to a last day, which are one as often as not. */
export function plainDays(first: string, last: string): string {
  return first === last ? plainDay(first) : `${plainDay(first)} – ${plainDay(last)}`;
}

export function dayAndTime(moment: string, zone = HERE): string {
  return `${day(moment, zone)}, ${time(moment, zone)}`;
}

/** 09:00-17:00, or with a raised +1 where it ends on the next day. */
export function hours(startsAt: string, endsAt: string, zone = HERE): string {
  const next = dayNumber(endsAt, zone) !== dayNumber(startsAt, zone) ? " ⁺¹" : "";
  return `${time(startsAt, zone)}–${time(endsAt, zone)}${next}`;
}

function dayNumber(moment: string, zone: string): string {
  return formatter({ day: "numeric", timeZone: zone }).format(new Date(moment));
}

/** Whether a clock in that zone shows another time than this device at that moment. */
export function elsewhere(moment: string, zone: string): boolean {
  return time(moment, zone) !== time(moment);
}

const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

/** 2 days ago. On a device whose clock is behind, what happened would be "in 3 hours": there it is the moment itself. */
export function ago(moment: string, now = Date.now()): string {
  const seconds = (Date.parse(moment) - now) / 1000;
  if (seconds >= 60) return dayAndTime(moment);
  const size = Math.abs(seconds);
  if (size < 60) return relative.format(Math.round(seconds), "second");
  if (size < 3600) return relative.format(Math.round(seconds / 60), "minute");
  if (size < 86_400) return relative.format(Math.round(seconds / 3600), "hour");
  if (size < 30 * 86_400) return relative.format(Math.round(seconds / 86_400), "day");
  return relative.format(Math.round(seconds / (30 * 86_400)), "month");
}

export function distance(metres: number): string {
  return metres < 1000
    ? `${Math.round(metres / 10) * 10}\u00a0m`
    : `${(metres / 1000).toFixed(metres < 10_000 ? 1 : 0)}\u00a0km`;
}

export function initials(name: string): string {
  const parts = name.trim().split(/\s+/).filter(Boolean);
  const letters = [parts[0], parts.length > 1 ? parts.at(-1) : undefined].map((part) => [...(part ?? "")][0] ?? "");
  return letters.join("").toUpperCase() || "?";
}
