import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { KIND_WORDS } from "../src/features/notifications/kinds";

/** News about the account's safety cannot be chosen, and so is not named. */
const ALWAYS = [
  "bank_account_changed",
  "device_revoked",
  "identity_changed",
  "new_device",
  "second_factor_changed",
  "signup_attempt",
];

test("every kind that can be switched off has words in both languages", () => {
  const union = /NotificationKind: ([^;]+);/.exec(readFileSync("src/api/schema.d.ts", "utf8"))?.[1] ?? "";
  const kinds = [...union.matchAll(/"([a-z_]+)"/g)].map((match) => match[1]);
  expect(kinds.length).toBeGreaterThan(ALWAYS.length);
  for (const words of [KIND_WORDS.en, KIND_WORDS.pcm]) {
    expect(kinds.filter((kind) => !Object.hasOwn(words ?? {}, kind ?? "")).sort()).toEqual(ALWAYS);
  }
});
