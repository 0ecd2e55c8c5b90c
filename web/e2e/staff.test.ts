/** The console: every screen that staff reach by links, on a phone and on a laptop. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Page } from "playwright-core";
import { closeBrowser } from "./support/browser.ts";
import { atTheServer, BASE, PASSWORD } from "./support/instance.ts";
import { cutOff } from "./support/of-page.ts";
import { ALL_RULES, LAPTOP, PHONE, RULES_OF_WIDTH, Screen } from "./support/screen.ts";

const EMAIL = `bisi.${Date.now().toString(36)}@example.com`;
const NAVIGATION = "#nav-sidebar";
const AT_ONCE = 2;
let screen: Screen;
let paidJob = 0;
/** Of each of admin's addresses one, by its name. */
let screens: Record<string, string> = {};

before(async () => {
  const told = await atTheServer(
    `from tests.web.console import prepare; print(prepare(email="${EMAIL}", password="${PASSWORD}"))`,
  );
  ({ paid_job: paidJob, screens } = JSON.parse(told));
  screen = await Screen.open(LAPTOP);
});

after(async () => {
  await screen.close();
  await closeBrowser();
});

async function linksOf(page: Page): Promise<string[]> {
  const paths = await page
    .locator("a[href]")
    .evaluateAll((links) => links.map((link) => (link as HTMLAnchorElement).pathname));
  // Files are no screens.
  return paths.filter((path) => path.startsWith("/admin/") && !/\/(pdf|csv)$/.test(path));
}

/** What is looked at once: of many rows one, of many histories one, of the index pages of apps one. */
const shape = (path: string): string =>
  path
    .replace(/\d+/g, "N")
    .replace(/^\/admin\/[a-z]+\/$/, "app")
    .replace(/.*\/history\/$/, "history");

test("log-in and Today hold in both sizes", async () => {
  const { page } = screen;
  await page.goto(`${BASE}/admin/`);
  for (const logsIn of [true, false]) {
    for (const size of [PHONE, LAPTOP]) {
      await page.setViewportSize(size);
      await screen.fits();
      await screen.accessible();
    }
    if (!logsIn) break;
    await page.getByLabel("Email").fill(EMAIL);
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Log in" }).click();
    await page.getByRole("heading", { level: 1, name: "Today" }).waitFor();
  }
});

test("the side bar is beside the page of a laptop and stays as it was left; over that of a phone", async () => {
  const { page } = screen;
  const navigation = page.locator(NAVIGATION);
  const button = page.getByRole("button", { name: "Navigation", exact: true });
  await page.setViewportSize(LAPTOP);
  await screen.visit("/admin/books/");
  await navigation.waitFor();
  const beside = await page.locator("#main").boundingBox();
  assert.ok((beside?.x ?? 0) > 200, `the page begins at ${beside?.x} px`);

  await button.click();
  await navigation.waitFor({ state: "hidden" });
  await page.reload();
  await screen.settled();
  assert.equal(await navigation.isVisible(), false);
  await button.focus();
  await page.keyboard.press("Enter");
  await page.reload();
  await navigation.waitFor();

  await page.setViewportSize(PHONE);
  await navigation.waitFor({ state: "hidden" });
  await button.click();
  await navigation.waitFor();
  assert.equal((await page.locator("#main").boundingBox())?.x, 0);
  await screen.accessible();
  await page.getByRole("button", { name: "Close the navigation" }).click();
  await navigation.waitFor({ state: "hidden" });
});

test("every screen that a link leads to opens, is whole and accessible in both sizes", async () => {
  const seen = new Set<string>();
  const waiting: string[] = [];
  const wrong: string[] = [];
  let busy = 0;

  function add(paths: string[]): void {
    for (const path of paths) {
      if (seen.has(shape(path))) continue;
      seen.add(shape(path));
      waiting.push(path);
    }
  }

  async function look(page: Page, path: string): Promise<void> {
    const answer = await page.goto(BASE + path);
    assert.equal(answer?.status(), 200, path);
    for (const [size, rules] of [
      [PHONE, RULES_OF_WIDTH],
      [LAPTOP, ALL_RULES],
    ] as const) {
      await page.setViewportSize(size);
      await screen.fits(page);
      const cut = await page.evaluate(cutOff, undefined);
      wrong.push(...cut.map((what) => `${path} at ${size.width} px: ${what}`));
      // The same on each: it is looked at with Today, and is most of what there is on a page.
      await screen.accessible(page, { runOnly: rules, without: [NAVIGATION] });
    }
    add(await linksOf(page));
  }

  async function walk(page: Page): Promise<void> {
    while (waiting.length || busy) {
      const path = waiting.shift();
      if (!path) {
        await page.waitForTimeout(50);
        continue;
      }
      busy += 1;
      await look(page, path).catch((error: Error) => wrong.push(`${path}: ${error.message}`));
      busy -= 1;
    }
  }

  const without = Object.keys(screens).filter((name) => !screens[name]);
  assert.deepEqual(without, [], "lists without a row");
  add(Object.values(screens));
  const others = await Promise.all(Array.from({ length: AT_ONCE - 1 }, () => screen.context.newPage()));
  for (const page of others) screen.watch(page);
  await Promise.all([screen.page, ...others].map(walk));

  assert.deepEqual(wrong, []);
  const unseen = Object.values(screens).filter((path) => !seen.has(shape(path)));
  assert.deepEqual(unseen, []);
});

test("a list of money shows the whole sum of a row on a phone, without a push sideways", async () => {
  const { page } = screen;
  await page.setViewportSize(PHONE);
  const hidden: string[] = [];
  for (const list of ["payment", "paymentattempt", "refund", "withdrawal"]) {
    await screen.visit(`/admin/payment/${list}/`);
    const sum = await page.locator("#result_list .field-amount_kobo").first().boundingBox();
    assert.ok(sum, list);
    if (sum.x + sum.width > PHONE.width) hidden.push(`${list}: to ${Math.round(sum.x + sum.width)} px`);
  }
  assert.deepEqual(hidden, []);
});

/** What a hand does: presses of the mouse, and keys; on every page, from now on. */
async function hands(page: Page): Promise<{ presses: number; keys: number }> {
  const count = { presses: 0, keys: 0 };
  await page.exposeFunction("handMoved", (what: "presses" | "keys") => {
    count[what] += 1;
  });
  await page.addInitScript(() => {
    const { handMoved } = window as unknown as { handMoved(what: string): void };
    addEventListener("pointerdown", () => handMoved("presses"), true);
    addEventListener("keydown", () => handMoved("keys"), true);
  });
  return count;
}

test("a job's money is followed from the payment to the bank in four clicks, without a key", async () => {
  const page = await screen.context.newPage();
  const count = await hands(page);
  await page.goto(`${BASE}/admin/payment/payment/?q=${paidJob}`);
  await page
    .locator("#result_list tr", { hasText: /escrow funding/i })
    .locator("th a")
    .click();
  await page.waitForURL(/payment\/payment\/\d+\/change/);
  // From here on.
  Object.assign(count, { presses: 0, keys: 0 });

  await page.locator("#main").getByRole("link", { name: "Done" }).click();
  await page.getByRole("link", { name: "Everything" }).click();
  await page.getByRole("heading", { level: 3, name: "Payments" }).waitFor();
  await page.getByRole("row", { name: /wage/i }).getByRole("link").nth(2).click();
  await page.getByRole("heading", { level: 3, name: "Withdrawals" }).waitFor();
  await page.getByRole("region", { name: "Withdrawals" }).getByRole("link").first().click();
  await page.waitForURL(/payment\/withdrawal\/\d+\/change/);

  assert.deepEqual(count, { presses: 4, keys: 0 });
  await page.close();
});

test("a dispute is decided in four clicks from Today, and split in five", async () => {
  const page = await screen.context.newPage();
  const count = await hands(page);
  const decide = async (act: string, fill: () => Promise<void>): Promise<number> => {
    await page.goto(`${BASE}/admin/`);
    count.presses = 0;
    await page.getByRole("link", { name: /^Open disputes/ }).click();
    await page.locator("#result_list tr", { hasText: "Argued about" }).locator("th a").first().click();
    await page.getByRole("link", { name: act, exact: true }).click();
    await fill();
    await page.getByRole("button", { name: act, exact: true }).click();
    await page.waitForURL(/payment\/dispute\/\d+\/change/);
    await page.getByText("Status: open → resolved").waitFor();
    return count.presses;
  };
  const note = () => page.getByLabel("Resolution note").fill("The gate book says so.");

  assert.equal(await decide("All to the worker", note), 4);
  const split = async () => {
    await page.getByLabel("₦ to the worker").fill("100.00");
    await note();
    await page.getByRole("button", { name: "Show what will happen" }).click();
  };
  assert.equal(await decide("Split", split), 5);
  await page.close();
});

test("who leaves a page that looks again by itself is not called back", async () => {
  const page = await screen.context.newPage();
  await page.addInitScript(() => {
    document.addEventListener("DOMContentLoaded", () => {
      if (location.pathname.endsWith("/books/")) document.body.dataset.lookAgainMs = "1000";
    });
  });
  await page.goto(`${BASE}/admin/books/`);
  // Slower than it looks again.
  await page.route(`${BASE}/admin/`, async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 3000));
    await route.continue();
  });
  await page.locator(NAVIGATION).getByRole("link", { name: "Today" }).click();
  await page.getByRole("heading", { level: 1, name: "Today" }).waitFor();
  await page.close();
});

test("Today shows what one did last, in both sizes", async () => {
  const { page } = screen;
  for (const size of [PHONE, LAPTOP]) {
    await page.setViewportSize(size);
    await screen.visit("/admin/");
    const done = page.locator("#recent-actions-module li").first();
    await done.scrollIntoViewIfNeeded();
    const [row, module] = [await done.boundingBox(), await page.locator("#recent-actions-module").boundingBox()];
    assert.ok(row && module && row.height > 30 && module.height >= row.height, JSON.stringify([row, module]));
  }
});
