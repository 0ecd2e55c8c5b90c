import { expect, test } from "vitest";
import { ago, dayAndTime, distance, elsewhere, hours, initials, money, plainDay } from "../src/ui/format.ts";
import { kobo } from "../src/ui/typed-money.ts";

test.each([
  [1_250_000, "₦12,500"],
  [1_250_050, "₦12,500.50"],
  [5, "₦0.05"],
  [0, "₦0"],
  [-2_200_000, "−₦22,000"],
  [-50, "−₦0.50"],
  [900_719_925_474_099, "₦9,007,199,254,740.99"],
])("%i kobo are %s", (amount, shown) => {
  expect(money(amount)).toBe(shown);
});

test.each([
  ["12,500", 1_250_000],
  ["12500.5", 1_250_050],
  ["₦ 0.29", 29],
  ["1.10", 110],
  ["1.105", null],
  ["1,25", null],
  ["-5", null],
  ["", null],
  ["1e3", null],
])("%s typed is %s kobo", (typed, amount) => {
  expect(kobo(typed)).toBe(amount);
});

test("hours are those of the job's zone, with a mark where they end on the next day", () => {
  expect(hours("2026-03-01T21:00:00Z", "2026-03-02T05:00:00Z", "Africa/Lagos")).toBe("22:00–06:00 ⁺¹");
  expect(hours("2026-03-01T08:00:00Z", "2026-03-01T16:00:00Z", "Africa/Lagos")).toBe("09:00–17:00");
});

test("another zone is another time, the same zone is not", () => {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  expect(elsewhere("2026-03-01T08:00:00Z", here)).toBe(false);
  expect(elsewhere("2026-03-01T08:00:00Z", "Pacific/Kiritimati")).toBe(true);
});

test("a calendar day stays that day in every zone", () => {
  expect(plainDay("2031-03-01")).toContain("1 Mar");
});

test("moments near and far", () => {
  const now = Date.parse("2026-03-10T12:00:00Z");
  expect(ago("2026-03-10T11:59:50Z", now)).toBe("10 seconds ago");
  expect(ago("2026-03-10T09:00:00Z", now)).toBe("3 hours ago");
  expect(ago("2026-03-12T12:00:00Z", now)).toBe(dayAndTime("2026-03-12T12:00:00Z"));
});

test("distances and initials", () => {
  expect([distance(84), distance(1234), distance(45_678)]).toEqual(["80\u00a0m", "1.2\u00a0km", "46\u00a0km"]);
  expect([initials("Wale Adebayo"), initials("Ọlá"), initials("  ")]).toEqual(["WA", "Ọ", "?"]);
});
