/** An account number of one's own, and a number that raises the limits, on a phone. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { closeBrowser } from "./support/browser.ts";
import { Caller, control } from "./support/instance.ts";
import { PHONE, Screen } from "./support/screen.ts";
import { ACCOUNT_NUMBER, numberOf, PATIENT, paysIn, posts } from "./support/wallet.ts";

const amina = new Caller("Amina", "client");
const segun = new Caller("Segun", "applicant");
let phone: Screen;
let number = "";

before(async () => {
  phone = await Screen.open(PHONE);
  await amina.signUp();
  await segun.signUp();
  await phone.logIn(amina.email);
});

after(async () => {
  await phone.close();
  await closeBrowser();
});

test("asks for a number with the phone that the bank wants, once although the button is tapped twice", async () => {
  const { page } = phone;
  const asked = posts(phone, ACCOUNT_NUMBER);
  await phone.visit("/wallet");
  await page.getByRole("heading", { name: "Pay in by transfer" }).waitFor();
  await phone.fits();
  await phone.accessible();

  await page.getByLabel("Phone number").fill("+2348031234567");
  await page.getByRole("button", { name: "Get my account number" }).dblclick();
  number = await numberOf(phone, amina);

  assert.equal((await amina.call("GET", "/me")).phone, "+2348031234567");
  assert.equal(asked.length, 1);
  await phone.fits();
  await phone.accessible();
});

test("money that is sent to it is in the wallet and in its list", async () => {
  await paysIn(phone, amina, number, 1_250_000);
});

test("a worker is offered none, and sees what may be withdrawn and what raises it", async () => {
  const other = await Screen.open(PHONE, { colorScheme: "dark" });
  const { page } = other;
  await other.logIn(segun.email);
  await other.visit("/wallet");
  assert.equal(await page.getByRole("heading", { name: "Pay in by transfer" }).count(), 0);

  await page.getByRole("link", { name: "Limits" }).click();
  await page.getByText("₦200,000").first().waitFor();
  await page.getByText("up to ₦500,000 at once").waitFor();
  await page.getByText("never the number itself").waitFor();
  await other.fits();
  await other.accessible();
  await other.close();
});

test("a number of somebody else is refused in words, without an answer it can be sent again, and it is asked once", async () => {
  const bvn = "22233344455";
  await control("identities", { kind: "bvn", number: bvn, first_name: "SEGUN", last_name: "ADEBAYO" });
  const own = await Screen.open(PHONE);
  const { page } = own;
  const asked = posts(own, "/limits/identity");
  await own.logIn(segun.email);
  await own.visit("/wallet/limits");
  const number = page.getByLabel("Your BVN");
  const check = page.getByRole("button", { name: "Check my number" });
  assert.deepEqual(await number.evaluate((field: HTMLInputElement) => [field.type, field.inputMode]), [
    "password",
    "numeric",
  ]);

  await number.fill("22200000001");
  await check.click();
  await page.getByText("This number was not found under your name").waitFor();
  assert.equal((await segun.call("GET", "/wallet/limits")).tier, 1);

  await page.context().setOffline(true);
  await number.fill(bvn);
  await check.click();
  await page.getByRole("alert").filter({ hasText: "No connection" }).waitFor();
  await page.context().setOffline(false);
  asked.length = 0;
  await check.dblclick();
  await page.getByText("Your BVN is confirmed.").waitFor(PATIENT);

  assert.equal(asked.length, 1);
  await page.getByText("These are the highest limits for now.").waitFor();
  assert.equal((await segun.call("GET", "/wallet")).maximum_withdrawal_kobo, 50_000_000);
  await own.accessible();

  await own.visit("/notifications");
  await page.getByText("Your BVN was confirmed.").first().waitFor(PATIENT);
  await own.close();
});
