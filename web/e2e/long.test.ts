/** Names, titles, places and sums as long as they may be, and a name that is written from the right: every screen shows
    them whole, at 360 and at 1280 px. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { closeBrowser } from "./support/browser.ts";
import { Caller, moveTo, now } from "./support/instance.ts";
import { cutOff, shiftsSince } from "./support/of-page.ts";
import { Screen } from "./support/screen.ts";
import { clientScreens, workerScreens } from "./support/screens.ts";

const HOUR = 3600_000;
const NAME = "Oluwaseunfunmilayotemitopeadebayoogunlanaolorunfemiadeyinkaoluwole";
const musa = new Caller("Musa", "applicant", { first_name: "عبد الرحمن محمد الأمين", last_name: "بن يوسف الحسيني" });
const funmi = new Caller("Funmi", "client", { first_name: NAME, last_name: "Adebayo-Chukwuemeka Ogunbanjo-Ekwueme" });
const LONG = {
  description: `${"Serve guests and clear the tables. ".repeat(20)}https://example.org/${"a-very-long-address/".repeat(12)}`,
  location: `Flat 12, Block ${"C".repeat(70)}, 5 Allen Avenue, opposite the second filling station, Ikeja, Lagos State`,
  // The highest pay of an hour.
  rate_kobo: 5_000_000,
};
let phone: Screen;
let laptop: Screen;
let job = 0;
let application = 0;
let assignment = 0;
let payment = "";
let dispute = 0;
let day = "";

before(async () => {
  await funmi.signUp();
  await musa.signUp();
  day = new Date((await now()).getTime() + 48 * HOUR).toISOString().slice(0, 10);
  const title = `Waiters for a ${"Wedding".repeat(9)} and the naming ceremony of the whole family`.slice(0, 120);
  job = await funmi.postPaidJob(title, day, LONG);
  application = Number((await musa.call("POST", "/apply-jobs/", { job_id: job, note: "x".repeat(300) })).id);
  phone = await Screen.open();
  laptop = await Screen.open();
  await phone.logIn(musa.email);
  await laptop.logIn(funmi.email);
});

after(async () => {
  await phone.close();
  await laptop.close();
  await closeBrowser();
});

test("what is looked for is found: a word that is broken or cut, a box wider than its frame, a screen that moves", async () => {
  const { page } = laptop;
  await page.evaluate(() => {
    for (const whiteSpace of ["normal", "nowrap"]) {
      const box = document.body.appendChild(document.createElement("div"));
      Object.assign(box.style, { width: "3rem", whiteSpace });
      box.textContent = "Notifications";
    }
  });
  const found = (await page.evaluate(cutOff, undefined)).map((what) => what.split(/ by |:/)[0]);
  await page.reload();

  assert.deepEqual(found, ["out of its frame", "broken"]);
  await laptop.settled();
  const before = await page.evaluate(() => {
    document.body.prepend(Object.assign(document.createElement("div"), { className: "h-32" }));
    return performance.now();
  });
  await page.waitForTimeout(300);
  const { by } = await page.evaluate(shiftsSince, before);
  await page.reload();

  assert.ok(by > 0.03, `a screen that moves: ${by}`);
});

test("a client's applicants are shown whole", async () => {
  await laptop.everyOneFits([`/client/jobs/${job}`, "/", "/clientjobs", "/payments"]);
});

test("thousands of millions, had and owed, are on one line", async () => {
  for (const screen of [phone, laptop]) {
    for (const balance_kobo of [999_999_999_999, -999_999_999_999]) {
      await screen.page.route(/\/api\/(home|wallet)$/, async (route) => {
        const answer = await route.fetch();
        // The home has both in one number, and the wallet each.
        const owed_kobo = Math.max(0, -balance_kobo);
        const own = route.request().url().endsWith("/home") ? balance_kobo : Math.max(0, balance_kobo);
        await route.fulfill({ response: answer, json: { ...(await answer.json()), balance_kobo: own, owed_kobo } });
      });
      for (const path of ["/", "/wallet"]) {
        await screen.visit(path);
        await screen.page.getByText(balance_kobo < 0 ? "You owe" : /^(You have|In your wallet)/).waitFor();
        const sum = screen.page.getByText("₦9,999,999,999.99");
        await sum.waitFor();
        assert.ok(((await sum.boundingBox())?.height ?? 99) < 48, "on one line");
        await screen.everyOneFits([path]);
      }
      await screen.page.unrouteAll({ behavior: "wait" });
    }
  }
});

test("everything of a worked shift is shown whole to both", async () => {
  await funmi.call("POST", `/applications/${application}/accept`);
  await moveTo(new Date(`${day}T08:50:00+01:00`));
  await Promise.all([musa.logIn(), funmi.logIn()]);
  const { items } = (await musa.call("GET", "/assignments")) as { items: Array<{ id: number }> };
  assignment = items[0]?.id ?? 0;
  await musa.call("POST", `/assignments/${assignment}/check-in`, { latitude: 6.6018, longitude: 3.3515 });
  await moveTo(new Date(`${day}T17:01:00+01:00`));
  await Promise.all([musa.logIn(), funmi.logIn()]);
  await musa.call("POST", `/assignments/${assignment}/check-out`);
  await laptop.everyOneFits(["/", "/approve", `/client/jobs/${job}?part=shifts`]);
  const reason = `Left at noon. ${"W".repeat(200)}`;
  await funmi.call("POST", `/assignments/${assignment}/approve`, { minutes: 240, reason });
  dispute = Number((await musa.call("POST", "/disputes", { assignment_id: assignment, reason: "y".repeat(400) })).id);
  const made = (await funmi.call("GET", `/users/${funmi.id}/payments`)) as {
    items: Array<{ reference: string; kind: string }>;
  };
  payment = made.items.find(({ kind }) => kind === "escrow_funding")?.reference ?? "";

  await laptop.everyOneFits(clientScreens({ job, worker: musa.id, payment, dispute }));
  const worker = workerScreens({ job, application, assignment, withdrawal: 0, client: funmi.id });
  // He has withdrawn nothing.
  await phone.everyOneFits(worker.filter((path) => path !== "/wallet/withdrawals/0"));
});
