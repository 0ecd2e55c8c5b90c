/** An account number of one's own on a phone: asked for once, there without a reload, and money sent to it is too. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { closeBrowser } from "./support/browser.ts";
import { Caller, control } from "./support/instance.ts";
import { PHONE, Screen } from "./support/screen.ts";

/** The bank, the provider's webhook and the worker process, on a busy machine. */
const PATIENT = { timeout: 120_000 };
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
  const asked: string[] = [];
  page.on("request", (request) => request.url().endsWith("/wallet/virtual-account") && asked.push(request.method()));
  await phone.visit("/wallet");
  await page.getByRole("heading", { name: "Pay in by transfer" }).waitFor();
  await phone.fits();
  await phone.accessible();

  await page.getByLabel("Phone number").fill("+2348031234567");
  await page.getByRole("button", { name: "Get my account number" }).dblclick();
  const shown = page.getByLabel("Account number", { exact: true });
  await shown.waitFor(PATIENT);

  number = await shown.inputValue();
  assert.match(number, /^\d{10}$/);
  const told = await amina.call("GET", "/wallet/virtual-account");
  assert.equal(told.account_number, number);
  assert.equal((await amina.call("GET", "/me")).phone, "+2348031234567");
  assert.deepEqual(
    asked.filter((method) => method === "POST"),
    ["POST"],
  );
  await page.getByText(String(told.account_name)).waitFor();
  await phone.fits();
  await phone.accessible();
});

test("money that is sent to it is in the wallet and in its list", async () => {
  const { page } = phone;
  await control("deposits", { account_number: number, amount_kobo: 1_250_000 });

  await page.getByText("₦12,500").first().waitFor(PATIENT);
  await phone.visit("/wallet");
  await page.getByText("₦12,500").first().waitFor();
  assert.equal((await amina.call("GET", "/wallet")).balance_kobo, 1_250_000);
});

test("a worker is offered none", async () => {
  const other = await Screen.open(PHONE, { colorScheme: "dark" });
  await other.logIn(segun.email);
  await other.visit("/wallet");
  assert.equal(await other.page.getByRole("heading", { name: "Pay in by transfer" }).count(), 0);
  await other.close();
});
