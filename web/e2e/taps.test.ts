/** A double tap whose answer arrives between its two taps: what was tapped is gone, and what lies there now is not. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { closeBrowser } from "./support/browser.ts";
import { Caller, control, moveTo, now, PASSWORD } from "./support/instance.ts";
import { Screen } from "./support/screen.ts";

const HOUR = 3600_000;
const chinwe = new Caller("Chinwe", "client");
const kemi = new Caller("Kemi", "applicant");
let phone: Screen;
let hers: Screen;
let day = "";
let jobId = 0;
let secondJob = 0;

const dayFrom = async (hours: number) => new Date((await now()).getTime() + hours * HOUR).toISOString().slice(0, 10);

before(async () => {
  await chinwe.signUp();
  await kemi.signUp();
  day = await dayFrom(48);
  jobId = await chinwe.postPaidJob("Cashier for a fuel station", day);
  secondJob = await chinwe.postPaidJob("Porter for a market", await dayFrom(240));
  phone = await Screen.open();
  hers = await Screen.open();
  await phone.logIn(kemi.email);
  await hers.logIn(chinwe.email);
});

after(async () => {
  await phone.close();
  await hers.close();
  await closeBrowser();
});

/** The button of this name takes the first of two taps, and nothing takes the second. */
async function one(screen: Screen, name: string | RegExp, inSheet = false): Promise<void> {
  const around = inSheet ? screen.page.getByRole("dialog") : screen.page;
  const taken = await screen.tapTwice(around.getByRole("button", { name, exact: true }));
  assert.deepEqual(taken.length, 1, `${name}: ${taken.join(" | ")}`);
}

test("applies, reports and keeps a job: the second tap falls on nothing", async () => {
  const { page } = phone;
  await phone.visit(`/jobs/${jobId}`);
  await one(phone, "Save");
  await page.getByRole("button", { name: "Saved", exact: true }).waitFor();
  await one(phone, "Report this job");
  await page.getByLabel("What is wrong?").selectOption("unsafe");
  await one(phone, "Yes, report", true);
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  await one(phone, "Send application");
  await page.getByRole("link", { name: "See your application" }).waitFor();
});

test("a sheet that opens under a finger takes no tap of the same double tap, and keys are never held up", async () => {
  const touched = await Screen.open(undefined, { hasTouch: true });
  const { page } = touched;
  await touched.logIn(kemi.email);
  await touched.visit(`/jobs/${jobId}`);
  const opener = page.getByRole("button", { name: "Report this job" });
  const sheet = page.getByRole("dialog");
  let taken: string[] | undefined;
  for (let time = 0; time < 20 && !taken; time += 1) {
    taken = await touched.doubleTap(opener);
    // A second tap that came late was a tap of its own, on whatever the sheet has there.
    if (!taken) await touched.visit(`/jobs/${jobId}`);
  }
  assert.deepEqual(taken, ["Report this job"]);
  await sheet.waitFor();

  // Keys, as fast as they come.
  await page.keyboard.press("Escape");
  await opener.focus();
  for (let time = 0; time < 10; time += 1) {
    await page.keyboard.press("Enter");
    await sheet.waitFor();
    await page.keyboard.press("Escape");
  }
  await page.keyboard.press("Enter");
  await sheet.waitFor();
  await touched.close();
});

test("what is said at the edge is put away by a tap, which nothing beneath it takes, nor the next one", async () => {
  const { page } = phone;
  await phone.visit("/profile");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  const said = page.getByText("Your profile is saved.");
  const taken = await phone.tapTwice(said);
  await said.waitFor({ state: "detached" });

  assert.deepEqual(taken, ["Your profile is saved."]);
  assert.match(page.url(), /profile$/);
});

test("posts and accepts", async () => {
  const { page } = hers;
  await hers.visit(`/client/jobs/${jobId}`);
  await one(hers, "Accept: Kemi Adebayo");
  await page.getByText("Hired", { exact: true }).waitFor();
  await hers.visit(`/client/jobs/${jobId}?part=about`);
  await one(hers, "Post again");
  await page.getByLabel("Day", { exact: true }).fill(await dayFrom(120));
  await one(hers, "Post it", true);
  await page.getByRole("heading", { name: "Pay ₦22,000" }).waitFor();
  const { pathname } = new URL(page.url());

  await hers.visit(`/client/jobs/${secondJob}?part=about`);
  await one(hers, "Cancel the job");
  await one(hers, "Cancel the job", true);
  await page.getByText("Cancelled", { exact: true }).waitFor();

  // What came back to the wallet pays for the other one.
  await hers.visit(pathname);
  await page.getByText("From your wallet").click();
  await one(hers, "Pay now");
  await page.getByText("Nobody has applied yet").waitFor();
});

test("confirms, checks in and out, is approved", async () => {
  const { page } = phone;
  await moveTo(new Date(`${day}T08:00:00+01:00`));
  await phone.visit("/assignments");
  await page.getByRole("link", { name: /Cashier for a fuel station/ }).click();
  await moveTo(new Date(`${day}T08:50:00+01:00`));
  await phone.visit(new URL(page.url()).pathname);
  await one(phone, "Yes, I am coming");
  await one(phone, "Check in where I am");
  await page.getByText("At work", { exact: true }).waitFor();
  await moveTo(new Date(`${day}T17:01:00+01:00`));
  await phone.visit(new URL(page.url()).pathname);
  await one(phone, "Check out");
  await one(phone, "Yes, check out", true);
  await page.getByText("Waits for approval").waitFor();

  await hers.visit("/approve");
  await one(hers, "Approve and pay: Kemi Adebayo");
  await hers.page.getByText("Nothing to approve").waitFor();
});

test("names an account and withdraws", async () => {
  const { page } = phone;
  await control("accounts", { bank_code: "058", account_number: "0123456777", account_name: "KEMI ADEBAYO" });
  await phone.visit("/get-account-details");
  await page.getByLabel("Bank", { exact: true }).selectOption("058");
  await page.getByLabel("Account number").fill("0123456777");
  await one(phone, "See the name");
  await page.getByLabel("Your password").fill(PASSWORD);
  await one(phone, "Yes, save it");
  await page.getByText("Your bank account is saved.").waitFor();
  await moveTo(new Date((await now()).getTime() + 25 * HOUR));
  await phone.visit("/wallet/withdraw");
  await page.getByLabel(/How much/).fill("5,000");
  await page.getByLabel("Your password").fill(PASSWORD);
  await one(phone, "Withdraw now");
  await page.getByText("Paid", { exact: true }).waitFor({ timeout: 60_000 });

  await kemi.logIn();
  const { items } = (await kemi.call("GET", "/wallet/withdrawals")) as { items: unknown[] };
  assert.equal(items.length, 1);
});
