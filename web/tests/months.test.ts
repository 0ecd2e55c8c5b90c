import { expect, test } from "vitest";
import { lagosMonth, monthsSince } from "../src/features/papers/months.ts";
import { monthName } from "../src/ui/month.ts";

test.each([
  ["2026-10-31T22:59:59Z", "2026-10"],
  ["2026-10-31T23:00:00Z", "2026-11"],
  ["2026-12-31T23:00:00Z", "2027-01"],
])("%s is in the month %s of Lagos", (moment, month) => {
  expect(lagosMonth(new Date(moment))).toBe(month);
});

test("months go back to the one in which somebody joined", () => {
  expect(monthsSince("2025-11-30T23:30:00Z", new Date("2026-02-10T12:00:00Z"))).toEqual([
    "2026-02",
    "2026-01",
    "2025-12",
  ]);
});

test("a month is read by its name", () => {
  expect(monthName("2026-10")).toBe("October 2026");
});
