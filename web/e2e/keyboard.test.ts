/** The main job of both without a mouse or a finger: Tab, Enter, Space, arrows and letters. Screen.tabTo looks after the
    focus at each stop. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { closeBrowser } from "./support/browser.ts";
import { BASE, Caller, codeFor, control, moveTo, now, PASSWORD } from "./support/instance.ts";
import { LAPTOP, Screen } from "./support/screen.ts";

const HOUR = 3600_000;
const yemi = new Caller("Yemi", "client");
const efe = new Caller("Efe", "applicant");
let laptop: Screen;
let phone: Screen;
let day = "";

before(async () => {
  laptop = await Screen.open(LAPTOP);
  phone = await Screen.open();
  day = new Date((await now()).getTime() + 48 * HOUR).toISOString().slice(0, 10);
});

after(async () => {
  await laptop.close();
  await phone.close();
  await closeBrowser();
});

/** From the first page to the own home. */
async function signsUp(screen: Screen, who: Caller): Promise<void> {
  const { page } = screen;
  await page.goto(`${BASE}/login`);
  await screen.settled();
  await screen.tabAndPress(/^Make an account$/);
  await page.getByRole("heading", { level: 1, name: "Make an account" }).waitFor();
  await screen.tabTo(/^Find work$/);
  if (who.role === "client") await page.keyboard.press("ArrowRight");
  await screen.tabAndType(/^First name/, who.first);
  await screen.tabAndType(/^Last name/, "Adebayo");
  await screen.tabAndType(/^E-mail/, who.email);
  await screen.tabAndType(/^Password/, PASSWORD);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Confirm your e-mail" }).waitFor();
  await screen.tabAndType(/^Code/, await codeFor(who.email));
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: `Hello, ${who.first}` }).waitFor();
  await screen.settled();
  await who.logIn();
}

/** The parts of a date or a time, in the order in which the device shows them. */
async function types(screen: Screen, label: RegExp, value: string): Promise<void> {
  const [year, month, date] = value.split("-");
  const [hour, minute] = value.split(":").map(Number) as [number, number];
  const half = `${String(hour % 12 || 12).padStart(2, "0")}${String(minute).padStart(2, "0")}${hour < 12 ? "A" : "P"}`;
  await screen.tabAndType(label, date ? `${month}${date}${year}` : half);
  const typed = await screen.page.evaluate(() => (document.activeElement as HTMLInputElement).value);
  assert.equal(typed, value);
}

test("a client signs up, posts a job and pays it", async () => {
  const { page } = laptop;
  await signsUp(laptop, yemi);
  await laptop.tabAndPress(/^Post a job$/);
  await page.getByRole("heading", { level: 1, name: "Post a job" }).waitFor();
  await laptop.tabAndType(/^Title/, "Packers for a warehouse");
  await page.locator("option[value=hospitality]").waitFor({ state: "attached" });
  await laptop.tabAndType(/^Trade/, "Hosp");
  await laptop.tabAndType(/^Description/, "Fill boxes, load a van.");
  await laptop.tabAndType(/^Address/, "5 Allen Avenue, Ikeja");
  await laptop.tabAndPress(/use this position/);
  await page.getByText("The position is set").waitFor();
  await types(laptop, /^Day/, day);
  await types(laptop, /^From/, "09:00");
  await types(laptop, /^To/, "17:00");
  await laptop.tabAndType(/^Pay per person and hour/, "2500");
  await page.getByText("₦22,000").waitFor();
  await laptop.tabAndPress(/^Post, then pay$/);
  await page.getByRole("heading", { name: "Pay ₦22,000" }).waitFor();
  await laptop.settled();

  await laptop.tabTo(/^Card, transfer or USSD \(Paystack\)$/);
  for (const key of ["ArrowDown", "ArrowUp"]) await page.keyboard.press(key);
  await laptop.atCheckout(async () => {
    await laptop.tabAndPress(/^Pay now$/);
    await page.getByRole("button", { name: /^Pay NGN/ }).waitFor();
    await laptop.tabAndPress(/^Pay NGN/);
    await page.getByText("The payment arrived, and the job opened to workers with it.").waitFor();
  });
  await laptop.tabAndPress(/^To the job$/);
  await page.getByText("Nobody has applied yet").waitFor();
});

test("a worker signs up, finds the job and applies; the client accepts", async () => {
  const { page } = phone;
  await signsUp(phone, efe);
  await phone.tabAndPress(/^Work$/);
  await page.getByRole("heading", { name: "Find work" }).waitFor();
  await phone.tabAndPress(/^Filters$/);
  await page.getByRole("dialog").waitFor();
  await phone.tabAndPress(/^Near me$/, "Space");
  await page.getByLabel("How far?").waitFor();
  await phone.tabAndPress(/^Show jobs$/);
  await page.waitForURL(/latitude=/);
  await phone.tabAndType(/What work/, "packers");
  await page.waitForURL(/q=packers/);
  await phone.settled();
  await phone.tabAndPress(/Packers for a warehouse/);
  await page.getByRole("heading", { level: 1, name: "Packers for a warehouse" }).waitFor();
  await page.getByLabel(/A word to the client/).waitFor();
  await phone.tabAndType(/A word to the client/, "I am strong.");
  await phone.tabAndPress(/^Send application$/);
  await page.getByRole("link", { name: "See your application" }).waitFor();

  await laptop.visit("/");
  await laptop.tabAndPress(/Packers for a warehouse/);
  await laptop.page.getByText("I am strong.").waitFor();
  await laptop.tabAndPress(/^Accept: Efe/);
  await laptop.page.getByText("Hired", { exact: true }).waitFor();
});

test("the worker checks in and out; the client approves", async () => {
  const { page } = phone;
  await moveTo(new Date(`${day}T08:50:00+01:00`));
  await phone.visit("/");
  await phone.tabAndPress(/^Shifts$/);
  await page.getByRole("heading", { level: 1, name: "Your shifts" }).waitFor();
  await phone.settled();
  await phone.tabAndPress(/Packers for a warehouse/);
  await page.getByRole("heading", { level: 1, name: "Packers for a warehouse" }).waitFor();
  await phone.tabAndPress(/^Check in where I am$/, "Space");
  await page.getByText("At work", { exact: true }).waitFor();
  await moveTo(new Date(`${day}T16:59:00+01:00`));
  await phone.visit(new URL(page.url()).pathname);
  await phone.tabAndPress(/^Check out$/);
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => document.activeElement?.textContent === "Check out");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  await phone.tabAndPress(/^Yes, check out$/);
  await page.getByText("Waits for approval").waitFor();

  await moveTo(new Date(`${day}T17:01:00+01:00`));
  await laptop.visit("/");
  await laptop.tabAndPress(/^See it$/);
  await laptop.page.getByRole("heading", { level: 1, name: "Hours to approve" }).waitFor();
  await laptop.settled();
  await laptop.tabAndPress(/^Approve and pay: Efe/);
  await laptop.page.getByText("Nothing to approve").waitFor();
});

test("the worker names a bank account and withdraws", async () => {
  const { page } = phone;
  await control("accounts", { bank_code: "058", account_number: "0123456555", account_name: "EFE ADEBAYO" });
  await phone.visit("/");
  await phone.tabAndPress(/^Withdraw$/);
  await page.getByRole("link", { name: "Add bank account" }).waitFor();
  await phone.tabAndPress(/^Add bank account$/);
  await page.getByLabel("Account number").waitFor();
  await page.locator('option[value="058"]').waitFor({ state: "attached" });
  await phone.tabAndType(/^Bank/, "Guaranty");
  await phone.tabAndType(/^Account number/, "0123456555");
  await phone.tabAndPress(/^See the name$/);
  await page.getByText("EFE ADEBAYO").waitFor();
  await phone.tabAndType(/^Your password/, PASSWORD);
  await phone.tabAndPress(/^Yes, save it$/);
  await page.getByText("Your bank account is saved.").waitFor();

  await moveTo(new Date((await now()).getTime() + 25 * HOUR));
  await phone.visit("/wallet/withdraw");
  await phone.tabAndPress(/^All of it$/);
  await phone.tabAndType(/^Your password/, PASSWORD);
  await phone.tabAndPress(/^Withdraw now$/);
  await page.getByText("Paid", { exact: true }).waitFor({ timeout: 60_000 });

  await efe.logIn();
  assert.equal((await efe.call("GET", "/wallet")).balance_kobo, 0);
});
