import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { pageOf, textOf } from "../src/push-words";

const KINDS = [...readFileSync("src/api/schema.d.ts", "utf8").matchAll(/NotificationKind: ([^;]+);/g)].flatMap(
  (match) => [...(match[1] ?? "").matchAll(/"([a-z_]+)"/g)].map((kind) => kind[1] ?? ""),
);
// These are told by mail and in the app alone.
const SAFETY = [
  "new_device",
  "device_revoked",
  "bank_account_changed",
  "identity_changed",
  "second_factor_changed",
  "signup_attempt",
];

test("every kind that is pushed has a text of its own group, in both languages", () => {
  expect(KINDS.length).toBeGreaterThan(40);
  for (const language of ["en", "pcm"]) {
    const news = textOf("several", language);
    expect(KINDS.filter((kind) => textOf(kind, language) === news).sort()).toEqual(SAFETY.sort());
  }
  expect(textOf("invited", "en")).not.toBe(textOf("invited", "pcm"));
  expect(textOf("invited", "xx")).toBe(textOf("invited", "en"));
});

test("texts name nobody, nothing and no sum: they have no place for one", () => {
  for (const kind of KINDS) expect(textOf(kind, "en")).not.toMatch(/[\d{}$]|NGN/);
});

test("a tap leads to the thing, or to the list of what happened", () => {
  expect(pageOf("invited", { type: "job", id: 7 })).toBe("/jobs/7");
  expect(pageOf("place_taken", { type: "job", id: 7 })).toBe("/client/jobs/7");
  expect(pageOf("withdrawal_paid", { type: "withdrawal", id: 3 })).toBe("/wallet/withdrawals/3");
  expect(pageOf("several", null)).toBe("/notifications");
  expect(pageOf("news_of_tomorrow", { type: "unknown", id: 1 })).toBe("/notifications");
});
