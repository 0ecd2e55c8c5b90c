/** The filters of the job search, as they stand in the address. */

import type { JobFilters } from "@/api/queries/jobs";
import { oneOf, optionalNumber, optionalText } from "../search";

const SHIFT_TYPES = ["morning", "afternoon", "evening", "night", "day", "flexible"] as const;
const ORDERS = ["newest", "soonest", "rate", "relevance", "distance"] as const;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

export type JobSearch = JobFilters & { view?: "map" | undefined };

function date(value: unknown): string | undefined {
  return typeof value === "string" && DATE.test(value) ? value : undefined;
}

function rate(value: unknown): number | undefined {
  const kobo = optionalNumber(value);
  return kobo !== undefined && Number.isInteger(kobo) && kobo >= 0 ? kobo : undefined;
}

function between(value: unknown, limit: number): number | undefined {
  const degrees = optionalNumber(value);
  return degrees !== undefined && Math.abs(degrees) <= limit ? degrees : undefined;
}

/** One or more values. A link may carry them one by one or as a list. */
function several(value: unknown): string[] | undefined {
  const texts = (Array.isArray(value) ? value : [value]).flatMap((one) => optionalText(one) ?? []);
  return texts.length > 0 ? texts : undefined;
}

function shiftTypes(value: unknown): JobFilters["shift_type"] {
  const known = several(value)?.flatMap((one) => oneOf(SHIFT_TYPES, one) ?? []);
  return known && known.length > 0 ? known : undefined;
}

/** Only what is known and well formed goes on: an old or odd link shows a list and no error. */
export function jobSearch(search: Record<string, unknown>): JobSearch {
  const latitude = between(search.latitude, 90);
  const longitude = between(search.longitude, 180);
  const there = latitude !== undefined && longitude !== undefined;
  const radius = optionalNumber(search.radius_km);
  const order = oneOf(ORDERS, search.order);
  const found: JobSearch = {
    q: optionalText(search.q)?.slice(0, 200),
    industry: several(search.industry),
    subcategory: several(search.subcategory),
    min_rate_kobo: rate(search.min_rate_kobo),
    date_from: date(search.date_from),
    date_to: date(search.date_to),
    shift_type: shiftTypes(search.shift_type),
    ...(there && { latitude, longitude }),
    radius_km: there && radius && radius > 0 && radius <= 1000 ? radius : undefined,
    order: order === "distance" && !there ? undefined : order,
    view: oneOf(["map"], search.view),
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}
