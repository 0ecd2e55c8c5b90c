/** An account number that takes a BVN or NIN: asked for with it, and it is nowhere afterwards. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { closeBrowser } from "./support/browser.ts";
import { Caller, control, logs, until } from "./support/instance.ts";
import { LAPTOP, PHONE, Screen } from "./support/screen.ts";
import { ACCOUNT_NUMBER, numberOf, paysIn, posts } from "./support/wallet.ts";

const PROVIDER = "flutterwave";
const OPERATION = "dedicated_account";
/** The sandbox knows nobody by it. */
const NOBODYS = "00012345678";
const BVN = "22298765432";
const NIN = "71298765431";
const amina = new Caller("Aminat", "client");
let phone: Screen;
let number = "";

before(async () => {
  phone = await Screen.open(PHONE);
  await amina.signUp();
  await amina.call("PATCH", "/me", { phone: "+2348031234567" });
  await phone.logIn(amina.email);
  await phone.visit("/wallet");
});

after(async () => {
  await phone.close();
  await closeBrowser();
});

/** As somebody types it. */
const inGroups = (secret: string) => secret.replace(/(\d{4})/g, "$1 ");
const typed = () => phone.page.getByLabel(/^Your (BVN|NIN)$/);
const ask = () => phone.page.getByRole("button", { name: "Get my account number" });
const refusal = () => phone.page.getByRole("alert");

test("says what the bank wants and that it is not kept, on a phone and a laptop", async () => {
  const { page } = phone;
  await page.getByText("kept nowhere here").waitFor();
  await page.getByText("What you pay in").waitFor();
  assert.deepEqual(
    await typed().evaluate((field: HTMLInputElement) => [field.type, field.inputMode, field.autocomplete]),
    ["password", "numeric", "off"],
  );
  for (const viewport of [LAPTOP, PHONE]) {
    for (const colorScheme of ["dark", "light"] as const) {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme });
      await phone.fits();
      await phone.accessible();
    }
  }
});

test("what is no such number is not sent, and the field says how many digits there are", async () => {
  const asked = posts(phone, ACCOUNT_NUMBER);
  for (const wrong of ["2229876543", "222987654321", "2229876543x"]) {
    await typed().fill(wrong);
    await ask().click();
    assert.equal(await typed().evaluate((field: HTMLInputElement) => field.validity.patternMismatch), true);
    assert.equal(await typed().evaluate((field: HTMLInputElement) => field.title), "A BVN has 11 digits.");
  }
  assert.deepEqual(asked, []);
});

test("what was typed as the one is not sent as the other", async () => {
  const { page } = phone;
  await page.getByText("NIN", { exact: true }).click();
  await page.getByLabel("Your NIN").waitFor();
  assert.equal(await typed().inputValue(), "");
  await page.getByText("BVN", { exact: true }).click();
});

test("a refusal, an answer that was lost and no network each have their words, and it can be asked again", async () => {
  const { page } = phone;
  await typed().fill(NOBODYS);
  await ask().click();
  await refusal().filter({ hasText: "This number was not found under your name" }).waitFor();
  assert.equal((await amina.call("GET", ACCOUNT_NUMBER)).status, "requested");

  await control("faults", { provider: PROVIDER, kind: "drop_answer", operation: OPERATION });
  await typed().fill(BVN);
  await ask().click();
  await refusal().filter({ hasText: "Try again; nothing is charged twice" }).waitFor();
  // The screen asks again how it stands, and what was said stays.
  await page.evaluate(() => window.dispatchEvent(new Event("visibilitychange")));
  await refusal().filter({ hasText: "does not answer" }).waitFor();

  await page.context().setOffline(true);
  await ask().click();
  await refusal().filter({ hasText: "No connection" }).waitFor();
  await page.context().setOffline(false);
  await phone.fits();
  await phone.accessible();
});

test("asked for twice at once, on this device and another, it is one number", async () => {
  const { page } = phone;
  const asked = posts(phone, ACCOUNT_NUMBER);
  await control("faults", { provider: PROVIDER, kind: "delay", operation: OPERATION, value: "1" });
  await page.getByText("NIN", { exact: true }).click();
  await page.getByLabel("Your NIN").fill(inGroups(NIN));
  await ask().dblclick();
  const elsewhere = await until(
    async () => {
      const now = await amina.call("GET", ACCOUNT_NUMBER);
      return !now.needs_identity && now;
    },
    "the request that asks the provider",
    10,
  );
  const second = await amina.call("POST", ACCOUNT_NUMBER, { kind: "nin", number: NIN });

  number = await numberOf(phone, amina);
  assert.equal(asked.length, 1);
  assert.deepEqual([elsewhere.status, second.status, second.account_number], ["requested", "requested", ""]);
  assert.equal(await typed().count(), 0);
  await phone.fits();
  await phone.accessible();
});

test("the number of the register is nowhere: not on the page, in what the device keeps, in memory or in a log", async () => {
  const { page } = phone;
  const kept = await page.evaluate(async () => {
    const found = [document.documentElement.outerHTML, JSON.stringify(history.state), location.href, document.cookie];
    found.push(...[...document.querySelectorAll("input")].map((field) => field.value));
    found.push(JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage }));
    for (const { name } of await indexedDB.databases()) {
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const opening = indexedDB.open(String(name));
        opening.onsuccess = () => resolve(opening.result);
        opening.onerror = () => reject(opening.error);
      });
      for (const store of database.objectStoreNames) {
        const rows = await new Promise<unknown[]>((resolve, reject) => {
          const reading = database.transaction(store).objectStore(store).getAll();
          reading.onsuccess = () => resolve(reading.result);
          reading.onerror = () => reject(reading.error);
        });
        found.push(JSON.stringify(rows));
      }
      database.close();
    }
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) found.push(request.url);
    }
    return found.join("\n");
  });
  const memory = await heapOf(phone);
  assert.ok(number && kept.includes(number) && memory.includes(number), "The account's number is not there either.");
  for (const secret of [BVN, NIN, inGroups(NIN), NOBODYS]) {
    assert.ok(!kept.includes(secret), "It is on the page or the device.");
    assert.ok(!memory.includes(secret), "It is in the page's memory.");
    assert.ok(!logs().includes(secret), "It is in a log.");
  }
});

test("what is sent to the number is in the wallet", async () => {
  await paysIn(phone, amina, number, 730_000);
});

/** All that the page's scripts hold, after what nobody holds is gone. */
async function heapOf({ page, context }: Screen): Promise<string> {
  // The browser's own check of patterns, which no script can see, remembers the last text: let that be another.
  await page.evaluate(() => {
    const field = Object.assign(document.createElement("input"), { pattern: "x", value: "x" });
    return field.checkValidity();
  });
  const cdp = await context.newCDPSession(page);
  const parts: string[] = [];
  cdp.on("HeapProfiler.addHeapSnapshotChunk", ({ chunk }) => parts.push(chunk));
  await cdp.send("HeapProfiler.collectGarbage");
  await cdp.send("HeapProfiler.takeHeapSnapshot", { reportProgress: false });
  await cdp.detach();
  return parts.join("");
}
