/** What the tests of wallets share: which number somebody has, what comes to it, and how often something was sent. */

import assert from "node:assert/strict";
import { type Caller, control } from "./instance.ts";
import type { Screen } from "./screen.ts";

/** The bank, the provider's webhook and the worker process, on a busy machine. */
export const PATIENT = { timeout: 120_000 };
export const ACCOUNT_NUMBER = "/wallet/virtual-account";

/** The requests of this kind that the screen sends from now on. */
export function posts({ page }: Screen, path: string): string[] {
  const sent: string[] = [];
  page.on("request", (request) => {
    if (request.method() === "POST" && request.url().endsWith(path)) sent.push(path);
  });
  return sent;
}

/** The number that is shown, once it is there: the one that the API tells. */
export async function numberOf({ page }: Screen, owner: Caller): Promise<string> {
  const shown = page.getByLabel("Account number", { exact: true });
  await shown.waitFor(PATIENT);
  const number = await shown.inputValue();
  const told = await owner.call("GET", ACCOUNT_NUMBER);
  assert.match(number, /^\d{10}$/);
  assert.equal(told.account_number, number);
  await page.getByText(String(told.account_name)).waitFor();
  return number;
}

/** Somebody sends money to the number: it is in the wallet and in its list. */
export async function paysIn(screen: Screen, owner: Caller, number: string, kobo: number): Promise<void> {
  const { page } = screen;
  const naira = `₦${(kobo / 100).toLocaleString("en-NG")}`;
  await control("deposits", { account_number: number, amount_kobo: kobo });

  await page.getByText(naira).first().waitFor(PATIENT);
  await screen.visit("/wallet");
  await page.getByText(naira).first().waitFor();
  assert.equal((await owner.call("GET", "/wallet")).balance_kobo, kobo);
}
