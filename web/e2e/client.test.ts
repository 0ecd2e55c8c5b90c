/** A client's half of the main job on a laptop: post, see the price, pay at the provider's page, take on, approve. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { closeBrowser } from "./support/browser.ts";
import { Caller, moveTo, now } from "./support/instance.ts";
import { LAPTOP, Screen } from "./support/screen.ts";
import { clientScreens } from "./support/screens.ts";

const HOUR = 3600_000;
const tobi = new Caller("Tobi", "client");
const ngozi = new Caller("Ngozi", "applicant");
let laptop: Screen;
let day = "";
let jobId = 0;
let disputeId = 0;

before(async () => {
  laptop = await Screen.open(LAPTOP);
  await tobi.signUp();
  await ngozi.signUp();
  day = new Date((await now()).getTime() + 48 * HOUR).toISOString().slice(0, 10);
});

after(async () => {
  await laptop.close();
  await closeBrowser();
});

test("posts a job whose price is there before it is posted, once although the button is tapped twice", async () => {
  const { page } = laptop;
  await laptop.logIn(tobi.email);
  await page.getByRole("link", { name: "Post a job" }).click();
  await page.getByLabel("Title").fill("Stewards for a naming ceremony");
  await page.getByLabel("Trade", { exact: true }).selectOption("hospitality");
  await page.getByLabel("Description").fill("Serve guests, clear tables. Black and white.");
  await page.getByLabel("Address").fill("5 Allen Avenue, Ikeja");
  await page.getByRole("button", { name: /use this position/ }).click();
  await page.getByText("The position is set").waitFor();
  await page.getByLabel("Day", { exact: true }).fill(day);
  await page.getByLabel("From", { exact: true }).fill("09:00");
  await page.getByLabel("To", { exact: true }).fill("17:00");
  await page.getByLabel(/Pay per person and hour/).fill("2,500");
  await page.getByText("₦22,000").waitFor();
  const posted: string[] = [];
  page.on("request", (request) => request.url().endsWith("/api/jobs") && posted.push(request.method()));
  await page.getByRole("button", { name: "Post, then pay" }).dblclick();
  await page.getByRole("heading", { name: "Pay ₦22,000" }).waitFor();
  // 1.5 % of it, after three in a month: told before anything is paid.
  await page.getByText("free of charge for 3 payments in 30 days. Beyond that up to ₦330 of this sum").waitFor();

  jobId = Number(/\d+$/.exec(new URL(page.url()).pathname)?.[0]);
  assert.deepEqual(
    posted.filter((method) => method === "POST"),
    ["POST"],
  );
});

test("pays at the provider's page, and is told so on the way back", async () => {
  const { page } = laptop;
  const begun: string[] = [];
  page.on("request", (request) => request.url().endsWith("/api/payments") && begun.push(request.method()));
  await laptop.atCheckout(async () => {
    await page.getByRole("button", { name: "Pay now" }).dblclick();
    await page.getByRole("button", { name: /^Pay NGN/ }).click();
    await page.getByText("The payment arrived, and the job opened to workers with it.").waitFor();
  });
  assert.deepEqual(
    begun.filter((method) => method === "POST"),
    ["POST"],
  );
  await page.getByRole("link", { name: "To the job" }).click();
  await page.getByText("Nobody has applied yet").waitFor();
});

test("takes a worker on, and sees what was worked until it is paid", async () => {
  const { page } = laptop;
  await ngozi.call("POST", "/apply-jobs/", { job_id: jobId, note: "I live near." });
  await laptop.visit(`/client/jobs/${jobId}`);
  await page.getByText("I live near.").waitFor();
  await page.getByRole("button", { name: "Accept: Ngozi Adebayo" }).dblclick();
  await page.getByText("Hired", { exact: true }).waitFor();

  await moveTo(new Date(`${day}T08:50:00+01:00`));
  await ngozi.logIn();
  const { items } = (await ngozi.call("GET", "/assignments")) as { items: Array<{ id: number }> };
  const shift = items[0]?.id;
  await ngozi.call("POST", `/assignments/${shift}/check-in`, { latitude: 6.6018, longitude: 3.3515 });
  await moveTo(new Date(`${day}T17:01:00+01:00`));
  await ngozi.logIn();
  await ngozi.call("POST", `/assignments/${shift}/check-out`);
  await laptop.visit("/");
  await page.getByRole("link", { name: "See it" }).click();
  await page.getByRole("button", { name: "Approve and pay: Ngozi Adebayo" }).dblclick();
  await page.getByText("Nothing to approve").waitFor();

  const { balance_kobo } = (await ngozi.call("GET", "/wallet")) as { balance_kobo: number };
  assert.equal(balance_kobo, 2_000_000);
});

test("what was recorded wrong is put right from both sides, up to the whole shift's pay", async () => {
  const start = new Date((await now()).getTime() + 24 * HOUR);
  const next = start.toISOString().slice(0, 10);
  await tobi.logIn();
  await ngozi.logIn();
  const second = await tobi.postPaidJob("Ushers for a wake", next);
  const { id: application } = await ngozi.call("POST", "/apply-jobs/", { job_id: second });
  await tobi.call("POST", `/applications/${application}/accept`);
  const { items } = (await ngozi.call("GET", "/assignments?status=scheduled")) as { items: Array<{ id: number }> };
  const shift = items[0]?.id;
  await moveTo(new Date(`${next}T09:00:00+01:00`));
  await ngozi.logIn();
  await tobi.logIn();
  await ngozi.call("POST", `/assignments/${shift}/check-in`, { latitude: 6.6018, longitude: 3.3515 });

  const { page } = laptop;
  await laptop.visit(`/client/jobs/${second}?part=shifts`);
  await page.getByRole("button", { name: "Was not there: Ngozi Adebayo" }).click();
  await page.getByLabel("Reason").fill("Nobody is at the gate.");
  await page.getByRole("button", { name: "Contest it" }).dblclick();
  await page.getByText("You contest this check-in").waitFor();

  const phone = await Screen.open();
  await phone.logIn(ngozi.email);
  await phone.visit(`/assignments/${shift}`);
  await phone.page.getByText("Nobody is at the gate.").waitFor();
  const { job } = (await tobi.call("GET", `/client/jobs/${second}`)) as {
    job: { shifts: Array<{ on_site_code: string }> };
  };
  await phone.page.getByLabel("Code from the client").fill(job.shifts[0]?.on_site_code ?? "");
  await phone.page.getByRole("button", { name: "Check in with the code" }).click();
  await phone.page.getByText("Nobody is at the gate.").waitFor({ state: "detached" });

  await phone.page.getByRole("button", { name: "Check out" }).click();
  await phone.page.getByRole("button", { name: "Yes, check out" }).click();
  await phone.page.getByRole("button", { name: "Take it back" }).dblclick();
  await phone.page.getByText("At work", { exact: true }).waitFor();
  await phone.page.getByRole("button", { name: "Check out" }).click();
  await phone.page.getByRole("button", { name: "Yes, check out" }).click();
  await phone.page.getByRole("button", { name: "I worked longer" }).click();
  await phone.page.getByLabel("Minutes worked").fill("480");
  await phone.page.getByLabel("How was it?").fill("The app checked me out at once.");
  await phone.page.getByRole("button", { name: "Ask for them" }).click();
  await phone.page.getByText("You asked to be paid for 8 h").waitFor();
  await phone.fits();
  await phone.accessible();
  await phone.close();

  await laptop.visit("/approve");
  await page.getByText("The app checked me out at once.").waitFor();
  await page.getByRole("button", { name: "Grant it and pay: Ngozi Adebayo" }).dblclick();
  await page.getByText("Nothing to approve").waitFor();
  const { balance_kobo } = (await ngozi.call("GET", "/wallet")) as { balance_kobo: number };
  assert.equal(balance_kobo, 4_000_000);
});

test("who worked well is a favourite from now on, and is no more at a second tap", async () => {
  const { page } = laptop;
  await laptop.visit("/client/workers");
  const favourite = page.getByRole("button", { name: /^Favourite: Ngozi/ });
  for (const pressed of ["true", "false"]) {
    await favourite.click();
    await page.locator(`button[aria-label^="Favourite: Ngozi"][aria-pressed="${pressed}"]`).waitFor();
  }
});

test("a job is posted again for another day in one step", async () => {
  const { page } = laptop;
  const later = new Date((await now()).getTime() + 96 * HOUR).toISOString().slice(0, 10);
  await laptop.visit(`/client/jobs/${jobId}?part=about`);
  await page.getByRole("button", { name: "Post again" }).click();
  await page.getByLabel("Day", { exact: true }).fill(later);
  await page.getByRole("button", { name: "Post it", exact: true }).dblclick();
  await page.getByRole("heading", { name: "Pay ₦22,000" }).waitFor();
  await laptop.visit("/clientjobs?status=pending");

  assert.equal(await page.getByRole("link", { name: /Stewards for a naming ceremony/ }).count(), 1);
});

test("what is posted often is kept as a template, and fills the form in one tap", async () => {
  const { page } = laptop;
  await laptop.visit("/post");
  await page.getByRole("button", { name: "Keep as a template" }).click();
  await page.getByText(/^Fill in first: Title, Trade, /).waitFor();
  await page.getByRole("button", { name: "Close" }).click();
  await laptop.visit(`/post?again=${jobId}`);
  await page.getByRole("button", { name: "Keep as a template" }).click();
  await page.getByLabel("Name").fill("Friday stewards");
  const kept: string[] = [];
  page.on("request", (request) => request.url().endsWith("/api/job-templates") && kept.push(request.method()));
  await page.getByRole("button", { name: "Keep it" }).dblclick();
  await page.getByText("Kept. You find it at the top of this page.").waitFor();
  assert.deepEqual(
    kept.filter((method) => method === "POST"),
    ["POST"],
  );

  await laptop.visit("/post");
  await page.getByRole("button", { name: "Templates" }).click();
  await page.getByRole("button", { name: "Rename: Friday stewards" }).click();
  await page.getByLabel("Name").fill("Saturday stewards");
  await page.getByRole("button", { name: "Rename" }).click();
  await laptop.accessible();
  await page.getByRole("button", { name: "Saturday stewards", exact: true }).click();
  await page.getByText("Filled in from “Saturday stewards”. Choose the day.").waitFor();
  assert.equal(await page.getByLabel("Title").inputValue(), "Stewards for a naming ceremony");
  assert.equal(await page.getByLabel("Day", { exact: true }).inputValue(), "");
  const later = new Date((await now()).getTime() + 120 * HOUR).toISOString().slice(0, 10);
  await page.getByLabel("Day", { exact: true }).fill(later);
  await page.getByText("₦22,000").waitFor();
  await page.getByRole("button", { name: "Post, then pay" }).dblclick();
  await page.getByRole("heading", { name: "Pay ₦22,000" }).waitFor();
  const posted = await tobi.call("GET", `/client/jobs/${/\d+$/.exec(new URL(page.url()).pathname)?.[0]}`);
  assert.equal((posted.job as { latitude: number }).latitude, 6.6018);

  await laptop.visit("/post");
  await page.getByRole("button", { name: "Templates" }).click();
  await page.getByRole("button", { name: "Delete: Saturday stewards" }).click();
  await page.getByText("Nothing kept yet.").waitFor();
});

test("a worker opens a dispute, and the client says their side", async () => {
  const next = new Date((await now()).getTime() + 24 * HOUR).toISOString().slice(0, 10);
  await tobi.logIn();
  await ngozi.logIn();
  const third = await tobi.postPaidJob("Ushers for a launch", next);
  const { id: application } = await ngozi.call("POST", "/apply-jobs/", { job_id: third });
  await tobi.call("POST", `/applications/${application}/accept`);
  const { items } = (await ngozi.call("GET", "/assignments?status=scheduled")) as { items: Array<{ id: number }> };
  const shift = items[0]?.id;
  await moveTo(new Date(`${next}T09:00:00+01:00`));
  await ngozi.logIn();
  await ngozi.call("POST", `/assignments/${shift}/check-in`, { latitude: 6.6018, longitude: 3.3515 });
  await ngozi.call("POST", `/assignments/${shift}/check-out`);
  const opened = await ngozi.call("POST", "/disputes", { assignment_id: shift, reason: "Sent away at the gate." });
  disputeId = Number(opened.id);

  const { page } = laptop;
  await laptop.visit(`/disputes/${disputeId}`);
  await page.getByText("Sent away at the gate.").waitFor();
  await page.getByLabel("Add a statement").fill("The gate book has no name.");
  await page.getByRole("button", { name: "Send", exact: true }).dblclick();
  await page.getByRole("paragraph").filter({ hasText: "The gate book has no name." }).waitFor();
});

test("every screen of a client is accessible, has a title and fits, on a phone by day and a laptop at night", async () => {
  await tobi.logIn();
  const { items } = (await tobi.call("GET", `/users/${tobi.id}/payments`)) as {
    items: Array<{ reference: string; kind: string }>;
  };
  const payment = items.find(({ kind }) => kind === "escrow_funding")?.reference ?? "";
  const titles = await laptop.everyOneHolds(
    clientScreens({ job: jobId, worker: ngozi.id, payment, dispute: disputeId }),
  );

  assert.ok(titles.size > 14, [...titles].join());
});
