/** What one person does is on the other's screen at once: nobody reloads, and nobody waits for the next poll. */

import { after, before, test } from "node:test";
import { closeBrowser } from "./support/browser.ts";
import { Caller, now } from "./support/instance.ts";
import { LAPTOP, PHONE, Screen } from "./support/screen.ts";

/** Of a busy machine; no poll reads these screens again, however long it takes. */
const PATIENT = { timeout: 120_000 };
const halima = new Caller("Halima", "client");
const musa = new Caller("Musa", "applicant");
let laptop: Screen;
let phone: Screen;
let jobId = 0;

before(async () => {
  await halima.signUp();
  await musa.signUp();
  const day = new Date((await now()).getTime() + 48 * 3600_000).toISOString().slice(0, 10);
  jobId = await halima.postPaidJob("Ushers for a book launch", day);
  laptop = await Screen.open(LAPTOP);
  phone = await Screen.open(PHONE);
});

after(async () => {
  await laptop.close();
  await phone.close();
  await closeBrowser();
});

test("a stranger reads the job on its public page, which leads into the app", async () => {
  const { page } = phone;
  await phone.visit("/login");
  await page.getByRole("link", { name: "See open work first" }).click();
  await page.getByRole("heading", { name: "Open work" }).waitFor();
  await phone.fits();
  await phone.accessible();
  await page.getByRole("link", { name: "Ushers for a book launch" }).click();
  await page.getByText("Ikeja, Lagos").waitFor();
  await phone.fits();
  await page.getByRole("link", { name: "Apply in the app" }).click();
  await page.getByRole("heading", { name: "Log in" }).waitFor();
});

test("an application is on the client's screen, and the answer on the worker's, without a reload", async () => {
  const opened = [laptop, phone].map(({ page }) =>
    page.waitForResponse((answer) => answer.url().endsWith("/api/events") && answer.status() === 200, PATIENT),
  );
  await laptop.logIn(halima.email);
  await phone.logIn(musa.email);
  await Promise.all(opened);
  await laptop.page.getByRole("link", { name: "Ushers for a book launch" }).first().click();
  await laptop.page.getByText("Nobody has applied yet").waitFor();

  await phone.page.getByRole("link", { name: "Find work" }).first().click();
  await phone.page.getByRole("link", { name: "Ushers for a book launch" }).first().click();
  await phone.page.getByLabel("A word to the client").fill("I was an usher before.");
  await phone.page.getByRole("button", { name: "Send application" }).click();
  await laptop.page.getByText("I was an usher before.").waitFor(PATIENT);

  await phone.page.getByRole("link", { name: "See your application" }).click();
  await phone.settled();
  await halima.call("POST", `/applications/${await applicationOf(musa)}/reject`, {});
  await phone.page.getByText("Declined").first().waitFor(PATIENT);
});

test("whom no hint reaches sees it within a minute, on the screen that is open", async () => {
  const day = new Date((await now()).getTime() + 72 * 3600_000).toISOString().slice(0, 10);
  jobId = await halima.postPaidJob("Ushers for a concert", day);
  await musa.call("POST", "/apply-jobs/", { job_id: jobId });
  const deaf = await Screen.open();
  const { page } = deaf;
  await page.clock.install();
  await page.route("**/api/events", (route) => route.abort());
  await deaf.logIn(musa.email);
  await deaf.go(`/applications/${await applicationOf(musa)}`);
  await page.getByText("Declined").first().waitFor({ state: "detached" });
  await halima.call("POST", `/applications/${await applicationOf(musa)}/reject`, {});
  await page.clock.fastForward(61_000);

  await page.getByText("Declined").first().waitFor();
  await deaf.close();
});

async function applicationOf(worker: Caller): Promise<number> {
  const { items } = (await worker.call("GET", "/applications")) as {
    items: Array<{ id: number; job: { id: number } }>;
  };
  return items.find(({ job }) => job.id === jobId)?.id ?? 0;
}
