/** From the fields of the form to the terms that the API takes, and back. */

import { text } from "@/api/form";
import type { OwnedJob } from "@/api/queries/client-jobs";
import type { QuoteTerms, Terms } from "@/api/queries/posting";
import type { Template, TemplateTerms } from "@/api/queries/templates";
import { PLACES } from "@/features/jobs/places";
import { kobo } from "@/ui/typed-money";
import { acceptedAtOnce } from "./accept-at-once";

/** The schedule and the price of it; null while something of it is missing or impossible. */
export function quoteTerms(fields: FormData): QuoteTerms | null {
  const hours = hoursAndPay(fields);
  const date = text(fields, "date");
  const last = fields.has("several") ? text(fields, "end_date") : null;
  if (!hours || !date || (last !== null && last < date)) return null;
  return { ...hours, date, end_date: last };
}

/** What of it has no days. */
function hoursAndPay(fields: FormData): Omit<QuoteTerms, "date" | "end_date"> | null {
  const rate = kobo(text(fields, "rate"));
  const [start, end] = ["start_time", "end_time"].map((name) => text(fields, name));
  const people = Number(text(fields, "applicants_needed"));
  const pause = Number(text(fields, "break_minutes"));
  if (!start || !end || start === end || !rate || !Number.isInteger(people) || people < 1) return null;
  if (!Number.isInteger(pause) || pause < 0) return null;
  const several = fields.has("several");
  return {
    job_type: several ? "multiple_days" : "single_day",
    start_time: start,
    end_time: end,
    break_minutes: pause,
    weekdays: several ? fields.getAll("weekdays").map(Number) : [],
    applicants_needed: people,
    rate_kobo: rate,
  };
}

/** The part of a job's terms that a price is made of. */
export function quotable(terms: Partial<Terms>): QuoteTerms | null {
  const { job_type, date, end_date, start_time, end_time, weekdays, applicants_needed, rate_kobo } = terms;
  const { break_minutes = 0 } = terms;
  if (!date || !start_time || !end_time || !rate_kobo) return null;
  const schedule = { date, end_date: end_date ?? null, start_time, end_time, weekdays: weekdays ?? [], break_minutes };
  return { ...schedule, job_type: job_type ?? "single_day", applicants_needed: applicants_needed ?? 1, rate_kobo };
}

/** All of it. Only where `quoteTerms` has an answer. `start` is what the form began with. */
export function jobTerms(fields: FormData, start: Partial<Terms>): Terms | null {
  const schedule = quoteTerms(fields);
  return schedule && { ...schedule, ...work(fields, start) };
}

/** All but the days. */
export function templateTerms(fields: FormData, start: Partial<Terms>): TemplateTerms | null {
  const hours = hoursAndPay(fields);
  return hours && { ...hours, ...work(fields, start) };
}

function work(fields: FormData, start: Partial<Terms>) {
  return {
    title: text(fields, "title"),
    description: text(fields, "description"),
    industry: text(fields, "industry"),
    subcategory: text(fields, "subcategory") || null,
    shift_type: timeOfDay(text(fields, "start_time"), text(fields, "end_time")),
    location: text(fields, "location"),
    ...positionIn(fields, start),
    code_only: fields.has("code_only"),
    release_unconfirmed: fields.has("release_unconfirmed"),
    ...acceptedAtOnce(fields),
  };
}

type Position = { latitude: number | null; longitude: number | null };

/** Where somebody stands now, else the area's; else that of before, as long as the address is the one of before. */
function positionIn(fields: FormData, start: Partial<Terms>): Position {
  const [latitude, longitude] = ["latitude", "longitude"].map((name) => text(fields, name));
  if (latitude && longitude) return { latitude: Number(latitude), longitude: Number(longitude) };
  const area = PLACES.find(([name]) => name === text(fields, "area"));
  if (area) return { latitude: area[1], longitude: area[2] };
  if (text(fields, "location") !== start.location) return { latitude: null, longitude: null };
  return { latitude: start.latitude ?? null, longitude: start.longitude ?? null };
}

/** What workers filter by, read from the hours. */
export function timeOfDay(start: string, end: string): NonNullable<Terms["shift_type"]> {
  const [from, to] = [start, end].map((clock) => Number(clock.slice(0, 2))) as [number, number];
  if (to <= from || from >= 21) return "night";
  if (from < 11 && to > 14) return "day";
  if (from < 12) return "morning";
  return from < 16 ? "afternoon" : "evening";
}

/** The terms of a job that is there: what a form of it begins with. */
export function termsOf(job: OwnedJob): Terms {
  return {
    job_type: job.job_type,
    date: job.date,
    end_date: job.end_date === job.date ? null : job.end_date,
    start_time: job.start_time.slice(0, 5),
    end_time: job.end_time.slice(0, 5),
    break_minutes: job.break_minutes,
    weekdays: job.weekdays,
    applicants_needed: job.applicants_needed,
    rate_kobo: job.rate_kobo,
    title: job.title,
    description: job.description,
    industry: job.industry.slug,
    subcategory: job.subcategory?.slug ?? null,
    shift_type: job.shift_type,
    location: job.location,
    latitude: job.latitude,
    longitude: job.longitude,
    code_only: job.code_only,
    release_unconfirmed: job.release_unconfirmed,
    accept_favourites: job.accept_favourites,
    accept_worked_times: job.accept_worked_times,
    accept_score_at_least: job.accept_score_at_least,
  };
}

/** What a form begins with of a template. */
export function startOf({ terms }: Template): Partial<Terms> {
  return { ...terms, start_time: terms.start_time.slice(0, 5), end_time: terms.end_time.slice(0, 5) };
}

/** Only what differs. A position that was not chosen anew stays as it is, and what is chosen at posting for good. */
export function changesOf(before: Terms, after: Terms): Partial<Terms> {
  const { latitude, longitude, release_unconfirmed } = before;
  const kept = { release_unconfirmed, ...(after.latitude === null && { latitude, longitude }) };
  return changed(before, { ...after, ...kept });
}

/** Those of the later terms that are not the earlier ones. */
export function changed(before: Terms, after: Partial<Terms>): Partial<Terms> {
  return Object.fromEntries(
    Object.entries(after).filter(
      ([name, value]) => JSON.stringify(value ?? null) !== JSON.stringify(before[name as keyof Terms] ?? null),
    ),
  );
}
