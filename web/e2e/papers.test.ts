/** Receipts and statements: opened in a tab of their own, saved as files, and the page of a link that has run out. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import type { Page } from "playwright-core";
import { closeBrowser } from "./support/browser.ts";
import { Caller, now } from "./support/instance.ts";
import { cutOff } from "./support/of-page.ts";
import { LAPTOP, PHONE, Screen } from "./support/screen.ts";

const chidi = new Caller("Chidiebere", "client");
let phone: Screen;
let receipts = "";

before(async () => {
  phone = await Screen.open(PHONE);
  await chidi.signUp();
  const nextWeek = new Date((await now()).getTime() + 7 * 24 * 3600_000).toISOString().slice(0, 10);
  receipts = `/receipts/${await chidi.postPaidJob("Waiters for a wedding", nextWeek)}`;
  await phone.logIn(chidi.email);
});

after(async () => {
  await phone.close();
  await closeBrowser();
});

/** The paper's own tab. */
async function opened(button: RegExp): Promise<Page> {
  const [tab] = await Promise.all([
    phone.context.waitForEvent("page"),
    phone.page.getByRole("button", { name: button }).first().click(),
  ]);
  phone.watch(tab);
  await tab.waitForURL(/\/documents?\//);
  await tab.getByRole("heading", { level: 1 }).waitFor();
  return tab;
}

/** The file that a click saves, and its name. */
async function saved(page: Page, act: () => Promise<void>): Promise<[string, Buffer]> {
  const [download] = await Promise.all([page.waitForEvent("download"), act()]);
  return [download.suggestedFilename(), readFileSync(await download.path())];
}

async function holds(page: Page): Promise<void> {
  for (const viewport of [PHONE, LAPTOP]) {
    for (const colorScheme of ["light", "dark"] as const) {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme });
      await phone.fits(page);
      assert.deepEqual(await page.evaluate(cutOff, undefined), []);
      await phone.accessible(page);
    }
  }
}

test("a receipt opens in a tab of its own and is saved as a PDF, there and from the app", async () => {
  await phone.visit(receipts);
  const tab = await opened(/^Open: /);
  const number = await tab.locator("header strong").textContent();
  assert.match(String(number), /^PS-20\d\d-\d{6}$/);
  await holds(tab);
  const [there, ofThere] = await saved(tab, () => tab.getByRole("link", { name: "Save as PDF" }).click());
  const [here, ofHere] = await saved(phone.page, () => phone.page.getByRole("button", { name: /^PDF: / }).click());
  await tab.close();

  assert.deepEqual([there, here], [`${number}.pdf`, `${number}.pdf`]);
  assert.equal(ofThere.subarray(0, 5).toString(), "%PDF-");
  assert.ok(ofThere.equals(ofHere));
  assert.equal(new URL(phone.page.url()).pathname, receipts);
});

test("a statement opens as a page and is saved for a spreadsheet", async () => {
  await phone.visit("/wallet/statements");
  const tab = await opened(/^Open: /);
  await tab.getByRole("region", { name: "Movements" }).waitFor();
  await holds(tab);
  await tab.close();
  const [name, sheet] = await saved(phone.page, () => phone.page.getByRole("button", { name: /CSV.*: / }).click());

  assert.match(name, /^statement-20\d\d-\d\d\.csv$/);
  assert.equal(sheet.subarray(0, 3).toString("hex"), "efbbbf");
});

test("a link that has run out says so, and where to go", async () => {
  const tab = await opened(/^Open: /);
  await tab.goto(tab.url().replace(/.$/, "_"));
  await tab.getByRole("heading", { name: "This link has run out" }).waitFor();
  await holds(tab);
  await tab.close();
});

test("without a network no empty tab is left, and it is said", async () => {
  await phone.context.setOffline(true);
  await phone.page
    .getByRole("button", { name: /^Open: / })
    .first()
    .click();
  await phone.page.getByText("No connection").waitFor();
  await phone.context.setOffline(false);

  assert.equal(phone.context.pages().length, 1);
});
