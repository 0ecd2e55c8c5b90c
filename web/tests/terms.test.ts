import { expect, test } from "vitest";
import { PLACES } from "../src/features/jobs/places.ts";
import { jobTerms, startOf, templateTerms } from "../src/features/posting/terms.ts";

const GATE = { location: "5 Allen Avenue", latitude: 6.60181, longitude: 3.35149 };

function form(fields: Record<string, string> = {}): FormData {
  const data = new FormData();
  const usual = {
    ...{ title: "Ushers", description: "Welcome guests.", industry: "events", location: GATE.location },
    ...{ date: "2026-03-09", start_time: "09:00", end_time: "17:00", applicants_needed: "2", rate: "2,500" },
  };
  for (const [name, value] of Object.entries({ ...usual, ...fields })) data.set(name, value);
  return data;
}

test("who posts again at the same address keeps the position that was taken there, and at another one does not", () => {
  const again = (fields: Record<string, string>) => {
    const terms = jobTerms(form(fields), GATE);
    return [terms?.latitude, terms?.longitude];
  };
  const [area, latitude, longitude] = PLACES[0] ?? ["", 0, 0];

  expect(again({})).toEqual([GATE.latitude, GATE.longitude]);
  expect(again({ location: "7 Marina" })).toEqual([null, null]);
  expect(again({ location: "7 Marina", area })).toEqual([latitude, longitude]);
  expect(again({ location: "7 Marina", latitude: "6.5", longitude: "3.4" })).toEqual([6.5, 3.4]);
});

test("a template has all of a posting but its days, and begins a form with it", () => {
  const terms = templateTerms(form({ date: "", several: "on", weekdays: "1" }), GATE);

  expect(terms).toMatchObject({ job_type: "multiple_days", weekdays: [1], rate_kobo: 250_000, ...GATE });
  expect(Object.keys(terms ?? {})).not.toContain("date");
  const kept = { ...terms, start_time: "09:00:00", end_time: "17:00:00" };
  const start = startOf({ id: 1, name: "Fair", created_at: "", terms: kept } as Parameters<typeof startOf>[0]);
  expect(start).toMatchObject({ title: "Ushers", start_time: "09:00", end_time: "17:00" });
  expect(templateTerms(form({ rate: "a lot" }), GATE)).toBeNull();
});
