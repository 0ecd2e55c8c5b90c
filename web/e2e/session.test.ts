/** Tabs, reloads, no network, log-out: what a browser does to a session. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Request } from "playwright-core";
import { closeBrowser } from "./support/browser.ts";
import { atTheServer, BASE, Caller, codeFor, now, PASSWORD, until } from "./support/instance.ts";
import { Screen } from "./support/screen.ts";

const ada = new Caller("Ada", "applicant");
let screen: Screen;

before(async () => {
  await ada.signUp();
  screen = await Screen.open();
  await screen.logIn(ada.email);
});

after(async () => {
  await screen.close();
  await closeBrowser();
});

test("who signs up with an address that a stranger squats keeps the password, typed again after a reload", async () => {
  for (const [name, reloads] of [
    ["Bola", false],
    ["Bisi", true],
  ] as const) {
    const owner = await Screen.open();
    const { page } = owner;
    const email = new Caller(name, "applicant").email;
    await page.goto(`${BASE}/signup`);
    await page.getByLabel("First name").fill(name);
    await page.getByLabel("E-mail").fill(email);
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await page.getByRole("button", { name: "Make an account" }).click();
    await page.getByRole("heading", { name: "Confirm your e-mail" }).waitFor();
    const squatter = {
      email,
      password: "the squatter's own key",
      first_name: "Mallory",
      last_name: "",
      role: "client",
    };
    await new Caller("Mallory", "client").call("POST", "/auth/signup", squatter);
    if (reloads) await page.reload();
    const password = page.getByLabel("Password", { exact: true });
    await page.getByLabel("Code").fill(await codeFor(email));
    assert.equal(await password.count(), reloads ? 1 : 0);
    if (reloads) {
      await owner.fits();
      await owner.accessible();
      await password.fill(PASSWORD);
    }
    // The password is the owner's: it opens the account without being typed again, and where that fails, by the log-in.
    if (reloads) await page.route("**/api/auth/login", (route) => route.abort());
    await page.getByRole("button", { name: "Confirm" }).click();
    if (reloads) {
      await page.waitForURL(`${BASE}/login`);
      await page.getByText("Your e-mail is confirmed. Log in.").waitFor();
      await page.unroute("**/api/auth/login");
      await owner.logIn(email);
    }
    await page.getByRole("heading", { name: /^Hello/ }).waitFor();
    await owner.close();
  }
});

test("three tabs opened at once make at most one refresh, and none is logged out", async () => {
  const refreshes: string[] = [];
  screen.context.on("request", (request) => request.url().endsWith("/auth/refresh") && refreshes.push(request.url()));
  const tabs = await Promise.all([1, 2, 3].map(() => screen.context.newPage()));
  for (const tab of tabs) screen.watch(tab);
  await Promise.all(tabs.map((tab) => tab.goto(`${BASE}/wallet`)));
  for (const tab of tabs) await tab.getByText("You have").waitFor();

  // The tab that is open already has a token for them.
  assert.ok(refreshes.length <= 1, `${refreshes.length} refreshes`);
  await Promise.all(tabs.map((tab) => tab.close()));
});

test("a page that is reloaded while it refreshes stays logged in", async () => {
  const { page } = screen;
  await page.route("**/api/auth/refresh", async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 400));
    await route.continue().catch(() => undefined);
  });
  for (let time = 0; time < 3; time += 1) {
    await page.reload({ waitUntil: "commit" });
    await page.waitForTimeout(150);
  }
  await page.unroute("**/api/auth/refresh");
  await page.goto(`${BASE}/you`);

  await page.getByRole("heading", { name: "You", exact: true }).waitFor();
});

test("a refresh that the server did, and whose answer never came, costs nothing, however often that happens", async () => {
  // A device of its own: what an earlier page asked for may still be on its way with the other's cookie.
  const own = await Screen.open();
  await own.logIn(ada.email);
  const { page, context } = own;
  const address = `${BASE}/api/auth/refresh`;
  const done: number[] = [];
  await page.route(address, async (route) => {
    const cookies = await context.cookies(address);
    const answer = await fetch(address, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        Origin: BASE,
        Cookie: cookies.map(({ name, value }) => `${name}=${value}`).join("; "),
      },
      body: "{}",
    });
    done.push(answer.status);
    // The page may be gone by then.
    await route.abort("connectionreset").catch(() => undefined);
  });
  for (let time = 1; time <= 3; time += 1) {
    await page.reload();
    await until(async () => done.length >= time, "a refresh at the server", 20);
  }
  await page.unroute(address);
  await own.visit("/you");

  assert.deepEqual(new Set(done), new Set([200]));
  await page.getByRole("button", { name: "Log out" }).waitFor();
  await own.close();
});

test("a browser without locks and without a channel between its tabs works too", async () => {
  const other = await Screen.open();
  await other.context.addInitScript(() => {
    Object.defineProperty(Navigator.prototype, "locks", { value: undefined });
    Reflect.deleteProperty(window, "BroadcastChannel");
  });
  await other.logIn(ada.email);
  const tabs = await Promise.all([1, 2, 3].map(() => other.context.newPage()));
  for (const tab of tabs) other.watch(tab);
  await Promise.all(tabs.map((tab) => tab.goto(`${BASE}/wallet`)));
  for (let turn = 0; turn < 2; turn += 1) {
    for (const tab of [other.page, ...tabs]) {
      await tab
        .getByRole("link", { name: turn ? "Wallet" : "Home", exact: true })
        .first()
        .click();
      await tab.getByRole("heading", { level: 1, name: turn ? "Wallet" : /^Hello/ }).waitFor();
    }
  }
  const has = () => ["locks" in navigator && navigator.locks !== undefined, "BroadcastChannel" in window];
  assert.deepEqual(await other.page.evaluate(has), [false, false]);
  await other.close();
});

test("the first screen asks for four things, and begins before the app's own code has come", async () => {
  const { page } = screen;
  // A server that has just started keeps nothing for some seconds, and the stream of hints knows tokens from the cache.
  for (let status = 0; status !== 200; ) {
    const stream = page.waitForResponse(/\/api\/events/);
    await screen.visit("/");
    status = (await stream).status();
  }
  // Past what the worker keeps, as on a first visit, and past what the page before was asking for.
  await page.evaluate(async () => {
    for (const worker of await navigator.serviceWorker.getRegistrations()) await worker.unregister();
    for (const name of await caches.keys()) await caches.delete(name);
  });
  await page.goto("about:blank");
  const asked: string[] = [];
  const ask = (request: Request) => request.url().includes("/api/") && asked.push(new URL(request.url()).pathname);
  page.on("request", ask);
  let before: string[] = [];
  const answered = page.waitForResponse("**/api/home");
  await page.route("**/assets/shared-*.js", async (route) => {
    await answered;
    before = [...asked].sort();
    await route.continue();
  });
  const hints = page.waitForRequest(/\/api\/events/);
  await screen.visit("/");
  await hints;
  await page.unroute("**/assets/shared-*.js");
  page.off("request", ask);

  assert.deepEqual(before, ["/api/auth/refresh", "/api/home", "/api/me"]);
  assert.deepEqual(asked.sort(), ["/api/auth/refresh", "/api/events", "/api/home", "/api/me"]);
});

test("the page is asked for each time; its files are kept for life and come compressed", async () => {
  const answer = await fetch(`${BASE}/`);
  const file = /\/assets\/early-[\w-]+\.js/.exec(await answer.text())?.[0];
  assert.equal(answer.headers.get("Cache-Control"), "no-cache");
  for (const [accepted, sent] of [
    ["br, gzip", "br"],
    ["gzip", "gzip"],
  ] as const) {
    const script = await fetch(BASE + file, { headers: { "Accept-Encoding": accepted } });
    assert.equal(script.status, 200);
    assert.equal(script.headers.get("Content-Encoding"), sent);
    assert.match(script.headers.get("Cache-Control") ?? "", /max-age=\d{8,}.*immutable/);
  }
  const manifest = await fetch(`${BASE}/app.webmanifest`);
  assert.match(manifest.headers.get("Content-Type") ?? "", /^application\/manifest\+json/);
  for (const path of ["/assets/early-00000000.js", "/assets/", "/nowhere", "/manifest.json"]) {
    assert.equal((await fetch(BASE + path)).status, 404, path);
  }
});

test("whoever goes elsewhere while the app begins is where they went", async () => {
  const { page } = screen;
  await screen.visit("/wallet");
  await screen.go("/you");
  await page.route("**/api/auth/refresh", async (route) => {
    // Back, in the same document: as soon as the app's code has heard of the first place, and before it has drawn it.
    await page.waitForTimeout(400);
    await page.evaluate(() => history.back());
    await route.continue();
  });
  await page.reload();
  await page.getByRole("heading", { level: 1, name: "Wallet" }).waitFor();
  await page.unroute("**/api/auth/refresh");

  assert.equal(new URL(page.url()).pathname, "/wallet");
});

test("a server that is busy or broken is said with what support needs, and 'Try again' brings the screen", async () => {
  const { page } = screen;
  const refusal = (status: number, code: string) => ({
    ...{ status, contentType: "application/problem+json" },
    json: { type: "about:blank", title: "", detail: "", status, code, errors: [], request_id: `of-${code}` },
  });
  await page.route("**/api/auth/refresh", (route) => route.fulfill(refusal(503, "unavailable")));
  await page.goto(`${BASE}/disputes`);
  await page.getByText("of-unavailable").waitFor();
  await page.unroute("**/api/auth/refresh");
  await page.route("**/api/disputes*", (route) => route.fulfill(refusal(500, "internal_error")));
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByText("of-internal_error").waitFor();
  await screen.fits();
  await screen.accessible();
  await page.unroute("**/api/disputes*");
  await page.getByRole("button", { name: "Try again" }).click();

  await page.getByText("No disputes").waitFor();
  const toldBroken = screen.complaints.splice(0).filter((complaint) => !/status of 500/.test(complaint));
  assert.deepEqual(toldBroken, []);
});

test("without a network the app opens, shows what was loaded, and says so", async () => {
  const { page, context } = screen;
  await screen.visit("/");
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  await screen.visit("/wallet");
  await page.waitForTimeout(500);
  await context.setOffline(true);
  await page.reload();

  await page.getByText("You have").waitFor();
  await page.getByText("No network").waitFor();
  await context.setOffline(false);
  await page.getByText("No network").waitFor({ state: "detached" });
});

test("log-in by keyboard alone, in Pidgin", async () => {
  const other = await Screen.open();
  const { page } = other;
  await page.goto(`${BASE}/login`);
  await page.getByLabel("E-mail").focus();
  await page.keyboard.type(ada.email);
  await page.keyboard.press("Tab");
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press("Enter");
  await page.waitForURL(`${BASE}/`);
  await other.visit("/you");
  const naija = page.getByRole("button", { name: "Naijá (Pidgin)" });
  await naija.focus();
  await page.keyboard.press("Enter");

  await page.getByRole("heading", { name: "Your side" }).waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.lang), "pcm");
  await other.close();
});

test("a device that is ended from elsewhere is led to the log-in, and told why", async () => {
  const other = await Screen.open();
  await other.logIn(ada.email);
  await ada.logIn();
  await ada.call("POST", "/auth/logout-all");

  await outAtTheNextStep(other);
  await other.close();
});

test("a release while the app is open: a screen whose file is gone comes from the new one", async () => {
  // Only the network has files here: a worker would keep those of the old release.
  const other = await Screen.open(undefined, { serviceWorkers: "block" });
  await other.logIn(ada.email);
  await other.visit("/you");
  // Gone for as long as this page lives: it may ask for the file more than once, to preload it and to run it.
  let old = true;
  other.page.on("request", (request) => {
    if (request.isNavigationRequest()) old = false;
  });
  await other.page.route("**/assets/security-*.js", (route) =>
    old ? route.fulfill({ status: 404 }) : route.continue(),
  );
  const reloaded = other.page.waitForEvent("load");
  await other.page.getByRole("link", { name: "Devices and security" }).click();

  await reloaded;
  await other.page.getByRole("heading", { name: "Devices and security" }).waitFor();
  await other.close();
});

test("a file that stays away makes no loop of reloads: then the screen says so", async () => {
  const other = await Screen.open(undefined, { serviceWorkers: "block" });
  const { page } = other;
  await other.logIn(ada.email);
  await page.route("**/assets/security-*.js", (route) => route.fulfill({ status: 404 }));
  let loads = 0;
  page.on("load", () => {
    loads += 1;
  });
  await page.goto(`${BASE}/security`);
  await page.getByRole("button", { name: "Reload the page" }).waitFor();
  const before = loads;
  await page.waitForTimeout(1500);

  // Its own, one for the release, and one of the router's.
  assert.ok(before <= 3, `${before} loads`);
  assert.equal(loads, before);
  assert.ok(other.complaints.splice(0).every((complaint) => /security-|404|dynamically imported/.test(complaint)));
  await other.close();
});

test("whoever wants less motion sees none", async () => {
  const { page } = screen;
  const moves = () =>
    page.evaluate(() => {
      const bone = document.body.appendChild(document.createElement("div"));
      bone.className = "animate-pulse transition-opacity";
      const { animationName, transitionProperty, transitionDuration } = getComputedStyle(bone);
      bone.remove();
      return [animationName, transitionProperty === "none" || transitionDuration === "0s"];
    });
  assert.deepEqual(await moves(), ["none", true]);
  await page.emulateMedia({ reducedMotion: "no-preference" });
  assert.deepEqual(await moves(), ["pulse", false]);
  await page.emulateMedia({ reducedMotion: "reduce" });
});

test("somebody is banned while the app is open, and is out at the next step, and told why at the log-in", async () => {
  const gone = await new Caller("Gozie", "applicant").signUp();
  const other = await Screen.open();
  await other.logIn(gone.email);
  await atTheServer(`from accounts.services.banning import ban_user; ban_user(user_id=${gone.id}, staff_id=${ada.id})`);

  await outAtTheNextStep(other);
  await other.page.getByLabel("E-mail").fill(gone.email);
  await other.page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await other.page.getByRole("button", { name: "Log in" }).click();
  await other.page.getByText("This account was closed by our staff.").waitFor();
  await other.close();
});

test("by keyboard alone and on slow 3G, somebody finds a job and applies for it", async () => {
  const owner = await new Caller("Obinna", "client").signUp();
  const day = new Date((await now()).getTime() + 72 * 3600_000).toISOString().slice(0, 10);
  await owner.postPaidJob("Harvesters for a cassava field", day);
  const other = await Screen.open(undefined, { timezoneId: "Africa/Nairobi" });
  await other.logIn(ada.email);
  await other.visit("/");
  await other.slow3G();
  await other.tabTo(/^Work$/);
  await other.page.keyboard.press("Enter");
  await other.page.getByRole("heading", { name: "Find work" }).waitFor();
  await other.tabTo(/What work/);
  await other.page.keyboard.type("cassava");
  await other.page.waitForURL(/q=cassava/);
  await other.settled();
  await other.tabTo(/cassava field/);
  await other.page.keyboard.press("Enter");
  await other.page.getByRole("heading", { level: 1, name: /cassava field/ }).waitFor();
  // In the job's zone, and beside it in the reader's where that is another.
  await other.page.getByText("09:00–17:00").first().waitFor();
  await other.page.getByText("11:00–19:00 your time").first().waitFor();
  await other.tabTo(/A word to the client/);
  await other.page.keyboard.type("I have my own cutlass.");
  await other.tabTo(/^Send application$/);
  await other.page.keyboard.press("Enter");

  await other.page.getByRole("link", { name: "See your application" }).waitFor();
  await other.close();
});

test("log-out in one tab is log-out in all, and each of them leaves nothing to read", async () => {
  for (const wiping of ["the other tab", "the tab itself"]) {
    const first = await Screen.open();
    await first.logIn(ada.email);
    await first.visit("/wallet");
    const second = await first.context.newPage();
    first.watch(second);
    await second.goto(`${BASE}/you`);
    await second.getByRole("button", { name: "Log out" }).waitFor();
    const kept = () => first.page.evaluate(inTheDevice);
    await until(async () => (await kept()) > 0, "something that is kept", 20);
    // Only one of the two can wipe.
    await (wiping === "the other tab" ? second : first.page).evaluate(() => {
      IDBObjectStore.prototype.clear = IDBObjectStore.prototype.count as never;
    });
    await second.getByRole("button", { name: "Log out" }).click();

    await first.page.getByRole("heading", { name: "Log in" }).waitFor();
    await until(async () => (await kept()) === 0, `${wiping} to wipe`, 20);
    assert.equal(await first.page.evaluate(() => localStorage.getItem("payshift.signed-in")), null);
    await first.close();
  }
});

/** A hint may say it before the next step does, also while that is taken. */
async function outAtTheNextStep({ page }: Screen): Promise<void> {
  const wallet = page.getByRole("link", { name: "Wallet" }).first();
  const out = page.getByText("You were logged out");
  await wallet.or(out).first().waitFor();
  await Promise.race([wallet.click().catch(() => out.waitFor()), out.waitFor()]);
  await out.waitFor();
}

/** Runs in the page: how many answers are kept there. */
async function inTheDevice(): Promise<number> {
  const database = await new Promise<IDBDatabase>((resolve) => {
    const opening = indexedDB.open("payshift");
    opening.onsuccess = () => resolve(opening.result);
  });
  const counting = database.transaction("kept").objectStore("kept").getAllKeys();
  return new Promise<number>((resolve) => {
    counting.onsuccess = () => resolve(counting.result.length);
  });
}
