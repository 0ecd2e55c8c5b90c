/** A worker's main job on the screen of a cheap phone, from sign-up to the paid withdrawal, and every screen on the way. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { closeBrowser } from "./support/browser.ts";
import { BASE, Caller, codeFor, control, moveTo, now, PASSWORD, until } from "./support/instance.ts";
import { Screen } from "./support/screen.ts";
import { ONLY, ownScreens, VISITOR_SCREENS, workerScreens } from "./support/screens.ts";

const HOUR = 3600_000;
const chidi = new Caller("Chidi", "client");
const wale = new Caller("Wale", "applicant");
let phone: Screen;
let day = "";
let jobId = 0;
let assignmentId = 0;

function lagos(time: string): Date {
  return new Date(`${day}T${time}:00+01:00`);
}

before(async () => {
  phone = await Screen.open();
  await chidi.signUp();
  day = new Date((await now()).getTime() + 48 * HOUR).toISOString().slice(0, 10);
  jobId = await chidi.postPaidJob("Waiter for a house-warming", day);
});

after(async () => {
  await phone.close();
  await closeBrowser();
});

test("a stranger is led to the log-in, signs up, confirms, and is where they wanted to go", async () => {
  const { page } = phone;
  await page.goto(`${BASE}/jobs?q=waiter`);
  await page.getByRole("link", { name: "Make an account" }).click();
  await page.getByLabel("First name").fill("Wale");
  await page.getByLabel("Last name").fill("Adebayo");
  await page.getByLabel("E-mail").fill(wale.email);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Make an account" }).click();
  await page.getByRole("heading", { name: "Confirm your e-mail" }).waitFor();
  await page.getByLabel("Code").fill(await codeFor(wale.email));
  await page.getByRole("button", { name: "Confirm" }).click();

  await page.getByRole("heading", { name: "Find work" }).waitFor();
  assert.equal(new URL(page.url()).search, "?q=waiter");
  await wale.logIn();
});

test("finds the job by words and filters, and applies once although the button is tapped twice", async () => {
  const { page } = phone;
  await page.getByRole("button", { name: "Filters" }).click();
  await page.getByLabel("Near me").click();
  // The device is asked first.
  await page.getByLabel("How far?").waitFor();
  await page.getByLabel("Order").selectOption("distance");
  await page.getByRole("button", { name: "Show jobs" }).click();
  await page.getByRole("link", { name: /Waiter for a house-warming/ }).click();
  await page.getByLabel(/A word to the client/).fill("I can come early.");
  const sent: string[] = [];
  page.on("request", (request) => request.url().endsWith("/apply-jobs/") && sent.push(request.method()));
  await page.getByRole("button", { name: "Send application" }).dblclick();
  await page.getByRole("link", { name: "See your application" }).waitFor();

  assert.deepEqual(sent, ["POST"]);
  const { items } = (await wale.call("GET", "/applications")) as { items: Array<{ id: number; status: string }> };
  assert.deepEqual(
    items.map(({ status }) => status),
    ["applied"],
  );
  await chidi.call("POST", `/applications/${items[0]?.id}/accept`);
});

test("reports the job and its client, each once although the button is tapped twice", async () => {
  const { page } = phone;
  const sent: unknown[] = [];
  page.on("request", (request) => request.url().endsWith("/api/reports") && sent.push(request.postDataJSON()));
  await phone.visit(`/jobs/${jobId}`);
  await page.getByRole("button", { name: "Report this job" }).click();
  const sheet = page.getByRole("dialog", { name: /^Report / });
  await sheet.getByLabel("What is wrong?").selectOption("untrue");
  await sheet.getByLabel(/What happened/).fill("It is in another street.");
  await sheet.getByRole("button", { name: "Yes, report" }).dblclick();
  await page.getByText("Our staff look at it. Thank you.").waitFor();
  await sheet.waitFor({ state: "hidden" });

  await page.getByRole("link", { name: /^Chidi/ }).click();
  await page.getByRole("button", { name: "Report this person" }).click();
  await sheet.getByLabel("What is wrong?").selectOption("other");
  await sheet.getByRole("button", { name: "Yes, report" }).dblclick();
  await sheet.waitFor({ state: "hidden" });

  const told = (await wale.call("GET", "/me/export")) as { reports: Array<{ category: string; text: string }> };
  assert.equal(sent.length, 2);
  assert.deepEqual(
    told.reports.map(({ category, text }) => [category, text]),
    [
      ["untrue", "It is in another street."],
      ["other", ""],
    ],
  );
  await phone.visit("/reports");
  await page.getByText("Waiter for a house-warming").waitFor();
  assert.equal(await page.getByText("Being looked at").count(), 2);
});

test("is asked on the first screen to stay longer, a day before, and agrees once although tapped twice", async () => {
  const { page } = phone;
  await chidi.call("PATCH", "/me", { phone: "+2348031234567" });
  await chidi.call("POST", "/wallet/virtual-account");
  // The provider opens it in its own time.
  const opened = async () => (await chidi.call("GET", "/wallet/virtual-account")).account_number;
  await control("deposits", { account_number: await until(opened, "a number"), amount_kobo: 1_000_000 });
  await until(async () => Number((await chidi.call("GET", "/wallet")).balance_kobo) === 1_000_000, "the deposit");
  const { items } = (await wale.call("GET", "/assignments")) as { items: Array<{ id: number }> };
  await chidi.call("POST", `/assignments/${items[0]?.id}/extra-time`, { minutes: 60 });
  const sent: string[] = [];
  page.on("request", (request) => request.url().endsWith("/extra-time/accept") && sent.push(request.method()));

  await phone.visit("/");
  await page.getByRole("link", { name: /You are asked to stay longer/ }).click();
  await page.getByRole("button", { name: "I stay" }).dblclick();
  await page.getByText("Agreed. Your shift ends later.").waitFor();
  await page.getByText("Extra time in it").waitFor();

  assert.deepEqual(sent, ["POST"]);
  assert.equal((await chidi.call("GET", "/wallet")).balance_kobo, 1_000_000 - 275_000);
});

test("without a network the shift is there, with its job and its place, how old it is, and how to check in then", async () => {
  const { page, context } = phone;
  await moveTo(lagos("08:50"));
  await phone.visit(`/jobs/${jobId}`);
  await phone.visit("/wallet");
  await phone.visit("/assignments");
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  await phone.visit("/assignments");
  // Until the device has written it down.
  await page.waitForTimeout(500);
  await context.setOffline(true);
  await page.reload();
  await page.getByRole("link", { name: /Waiter for a house-warming/ }).click();
  await page.getByText("Ikeja", { exact: false }).first().waitFor();
  await page.getByText(/You see what was loaded (\d+ seconds?|now)/).waitFor();
  await page.getByText("Without network nobody can check you in.").waitFor();
  await page.getByLabel("Code from the client").waitFor();
  await page.getByRole("button", { name: "Check in where I am" }).click();
  await page.getByRole("alert").getByText("No connection.").waitFor();
  await page.getByText("Planned", { exact: true }).waitFor();
  await phone.fits();
  await phone.accessible();
  await page.getByRole("link", { name: "See the job" }).click();
  await page.getByText("Serve guests, clear tables.").waitFor();
  await page.getByRole("link", { name: "Wallet" }).click();
  await page.getByText("You have").waitFor();
  await context.setOffline(false);
  await page.getByText("No network").waitFor({ state: "detached" });
});

test("checks in by position at the place of work, and out at the end", async () => {
  const { page } = phone;
  await phone.visit("/assignments");
  await page.getByRole("link", { name: /Waiter for a house-warming/ }).click();
  assignmentId = Number(/\d+$/.exec(page.url())?.[0]);
  await phone.context.setGeolocation({ latitude: 6.45, longitude: 3.4 });
  await page.getByRole("button", { name: "Check in where I am" }).click();
  await page.getByText("You are too far from the place of work").waitFor();
  await phone.context.setGeolocation({ latitude: 6.6018, longitude: 3.3515 });
  await page.getByRole("button", { name: "Check in where I am" }).dblclick();
  await page.getByText("At work", { exact: true }).waitFor();

  await moveTo(lagos("16:59"));
  await backsOutOfCheckOut();
  await losesCheckOut();
  await page.getByRole("button", { name: "Yes, check out" }).dblclick();
  await page.getByText("Waits for approval").waitFor();
});

/** The sheet is a modal dialog with a name; Escape closes it, and the focus is where it was. */
async function backsOutOfCheckOut(): Promise<void> {
  const { page } = phone;
  await page.getByRole("button", { name: "Check out" }).click();
  const sheet = page.getByRole("dialog", { name: "End your shift now?" });
  await sheet.waitFor();
  assert.equal(await sheet.evaluate((dialog) => dialog.matches(":modal:focus-within")), true);
  await page.keyboard.press("Escape");
  await sheet.waitFor({ state: "hidden" });
  await page.waitForFunction(() => document.activeElement?.textContent === "Check out");
}

/** Two taps send once; without an answer the sheet stays and says so. */
async function losesCheckOut(): Promise<void> {
  const { page } = phone;
  let sent = 0;
  let lose = () => {};
  const tapped = new Promise<void>((resolve) => {
    lose = resolve;
  });
  await page.route("**/check-out", async (route) => {
    sent += 1;
    await tapped;
    await route.abort();
  });
  await page.getByRole("button", { name: "Check out" }).click();
  await page.getByRole("button", { name: "Yes, check out" }).dblclick();
  lose();
  await page.getByRole("dialog").getByText("No connection.").waitFor();
  assert.equal(sent, 1);
  await page.unroute("**/check-out");
}

test("is paid as soon as the client approves", async () => {
  const { page } = phone;
  await moveTo(lagos("17:01"));
  await chidi.logIn();
  await chidi.call("POST", `/assignments/${assignmentId}/approve`, {});
  await phone.visit("/wallet");

  await page.getByRole("list", { name: "What came and went" }).getByText("Pay", { exact: true }).waitFor();
});

test("names a bank account, and withdraws once although the button is tapped twice and the answer is lost", async () => {
  const { page } = phone;
  await control("accounts", { bank_code: "058", account_number: "0123456789", account_name: "WALE ADEBAYO" });
  await phone.visit("/wallet/withdraw");
  await page.getByRole("link", { name: "Add bank account" }).click();
  await page.getByLabel("Bank", { exact: true }).selectOption("058");
  await page.getByLabel("Account number").fill("0123456789");
  await page.getByRole("button", { name: "See the name" }).click();
  await page.getByText("WALE ADEBAYO").waitFor();
  await page.getByLabel("Your password").fill(PASSWORD);
  await page.getByRole("button", { name: "Yes, save it" }).dblclick();
  await page.getByText("Your bank account is saved.").waitFor();

  await moveTo(new Date((await now()).getTime() + 25 * HOUR));
  await phone.visit("/wallet/withdraw");
  await page.getByLabel(/How much/).fill("5,000");
  await page.getByLabel("Your password").fill(PASSWORD);
  const keys: string[] = [];
  await page.route("**/api/wallet/withdrawals", async (route) => {
    if (route.request().method() !== "POST") return route.continue();
    keys.push(route.request().headers()["idempotency-key"] ?? "");
    // The server does it, and its first answer never arrives.
    if (keys.length > 1) return route.continue();
    await route.fetch();
    await route.abort("connectionreset");
  });
  await page.getByRole("button", { name: "Withdraw now" }).dblclick();
  await page.getByText("Paid", { exact: true }).waitFor({ timeout: 30_000 });
  await page.unroute("**/api/wallet/withdrawals");

  assert.equal(keys.length, 2);
  assert.equal(new Set(keys).size, 1);
  await wale.logIn();
  const { items } = (await wale.call("GET", "/wallet/withdrawals")) as { items: Array<{ amount_kobo: number }> };
  assert.deepEqual(
    items.map(({ amount_kobo }) => amount_kobo),
    [500_000],
  );
});

test("reviews the client, whom the app names as to be reviewed, and then no more", async () => {
  const { page } = phone;
  await phone.visit(`/assignments/${assignmentId}`);
  await page.getByRole("link", { name: "Write a review" }).waitFor();
  await phone.visit("/");
  await page.getByRole("link", { name: "1 review to write" }).click();
  await page.getByRole("link", { name: "Write a review" }).click();
  await page.getByLabel("In your words").fill("Paid at once.");
  await page.getByRole("button", { name: "Send the review" }).dblclick();
  await page.getByText("Paid at once.").waitFor();
  await page.getByRole("link", { name: "To write" }).click();
  await page.getByText("Nobody waits for your review").waitFor();
});

test("chooses among the notices of a worker, and the choice stays; a client's are folded away", async () => {
  const { page } = phone;
  await phone.visit("/notifications/settings");
  await page.getByRole("heading", { name: "Applications and places" }).waitFor();
  assert.equal(await page.getByText("Somebody applies").isVisible(), false);
  const mails = page.getByRole("checkbox", { name: "I got the job: E-mail" });
  const saved = page.waitForResponse((answer) => answer.request().method() === "PUT");
  await mails.click();
  assert.equal((await saved).status(), 200);

  await phone.visit("/notifications/settings");

  await mails.waitFor();
  assert.equal(await mails.isChecked(), false);
});

test("every screen of a worker is accessible, has a title and fits, on a phone by day and a laptop at night", async () => {
  const [application, withdrawal] = await Promise.all(
    ["/applications", "/wallet/withdrawals"].map(async (list) => {
      const { items } = (await wale.call("GET", list)) as { items: Array<{ id: number }> };
      return items[0]?.id ?? 0;
    }),
  );
  const seen = { job: jobId, application, assignment: assignmentId, withdrawal, client: chidi.id };
  const titles = await phone.everyOneHolds(workerScreens(seen as Parameters<typeof workerScreens>[0]));

  assert.ok(titles.size > 20, [...titles].join());
});

test("every list is where it was when somebody comes back to it", async () => {
  const { page } = phone;
  await chidi.logIn();
  await chidi.postPaidJob(
    "Stewards for a fair",
    new Date((await now()).getTime() + 96 * HOUR).toISOString().slice(0, 10),
  );
  const lists = ["/jobs", "/applications", "/assignments?past=true", "/wallet", "/payments", "/notifications"];
  const ofLists =
    /\/api\/(jobs|applications|assignments|wallet\/transactions|users\/\d+\/payments|notifications)(\?|$)/;
  await page.route(ofLists, async (route) => {
    const answer = await route.fetch();
    const whole = (await answer.json()) as { items: Array<{ id: number }> };
    const many = Array.from({ length: 30 }, (_, time) =>
      whole.items.map((one) => ({ ...one, id: one.id + time * 1e6 })),
    );
    await route.fulfill({ response: answer, json: { ...whole, items: many.flat().slice(0, 60), next_cursor: null } });
  });
  for (const path of lists) {
    await phone.visit(path);
    // What the device has kept is there before the answer is.
    await page.waitForFunction(() => document.querySelectorAll("main ul > li").length >= 30);
    await page.evaluate(() => scrollTo(0, 1200));
    assert.equal(await page.evaluate(() => scrollY), 1200, `${path} is too short`);
    await page.getByRole("link", { name: "You", exact: true }).click();
    await page.getByRole("heading", { level: 1, name: "You", exact: true }).waitFor();
    assert.equal(await page.evaluate(() => scrollY), 0, path);
    await page.goBack();
    await page
      .waitForFunction(() => Math.abs(scrollY - 1200) < 2, undefined, { timeout: 5000 })
      .catch(() => {
        throw new Error(`${path} is not where it was`);
      });
  }
  await page.unrouteAll({ behavior: "wait" });
});

test("of a thousand rows a hundred come by scrolling, and more for who asks", async () => {
  const { page } = phone;
  let pages = 0;
  await page.route(/\/api\/notifications(\?|$)/, async (route) => {
    const answer = await route.fetch({ url: `${BASE}/api/notifications` });
    const whole = (await answer.json()) as { items: object[] };
    pages += 1;
    const items = Array.from({ length: 20 }, (_, row) => ({ ...whole.items[0], id: pages * 100 + row }));
    await route.fulfill({ response: answer, json: { ...whole, items, next_cursor: pages < 50 ? `${pages}` : null } });
  });
  await phone.visit("/notifications");
  const rows = page.getByRole("list", { name: "Notifications" }).getByRole("listitem");
  const more = page.getByRole("button", { name: "Show more" });
  for (let before = 0; before < 100; before = await rows.count()) {
    await more.scrollIntoViewIfNeeded();
    await page.waitForFunction((least) => document.querySelectorAll("main ul > li").length > least, before);
  }
  await more.scrollIntoViewIfNeeded();
  await page.waitForTimeout(300);
  assert.deepEqual([await rows.count(), pages], [100, 5]);
  await more.click();
  await page.waitForFunction(() => document.querySelectorAll("main ul > li").length >= 120);
  await page.unrouteAll({ behavior: "wait" });
});

test("every screen of somebody who is not logged in is accessible, has a title and fits", async () => {
  const visitor = await Screen.open();
  await visitor.visit("/login");
  const titles = await visitor.everyOneHolds(VISITOR_SCREENS);

  assert.equal(titles.size, VISITOR_SCREENS.length);
  await visitor.close();
});

test("what is somebody else's is not here, the other role's screens say so, and a visitor comes back after the log-in", async () => {
  await Promise.all([chidi.logIn(), wale.logIn()]);
  const [application, withdrawal] = await Promise.all(
    ["/applications", "/wallet/withdrawals"].map(async (list) => {
      const { items } = (await wale.call("GET", list)) as { items: Array<{ id: number }> };
      return items[0]?.id ?? 0;
    }),
  );
  const paid = (await chidi.call("GET", `/users/${chidi.id}/payments`)) as { items: Array<{ reference: string }> };
  const opened = await wale.call("POST", "/disputes", {
    assignment_id: assignmentId,
    reason: "Two hours are missing.",
  });
  const own = ownScreens({
    ...{ job: jobId, assignment: assignmentId, dispute: Number(opened.id) },
    ...{ application: application ?? 0, withdrawal: withdrawal ?? 0, payment: paid.items[0]?.reference ?? "" },
  });
  for (const [stranger, wrong, hidden, says] of [
    [new Caller("Sade", "client"), ONLY.worker, [...own.client, ...own.either], "This page is for workers"],
    [new Caller("Zainab", "applicant"), [...ONLY.client, ...own.client], own.either, "This page is for clients"],
  ] as const) {
    await stranger.signUp();
    const screen = await Screen.open();
    await screen.logIn(stranger.email);
    for (const path of wrong) {
      await screen.visit(path);
      await screen.page.getByText(says).waitFor();
    }
    for (const path of hidden) {
      await screen.visit(path);
      await screen.page.getByRole("heading", { level: 1, name: "Not here" }).waitFor();
    }
    await screen.close();
  }

  const visitor = await Screen.open();
  await visitor.visit("/login");
  for (const path of [...ONLY.worker, ...ONLY.client, ...own.client, ...own.either]) {
    await visitor.page.evaluate((to) => history.pushState({}, "", to), path);
    await visitor.page.waitForURL(`${BASE}/login?next=${encodeURIComponent(path)}`);
  }
  await visitor.close();
});
