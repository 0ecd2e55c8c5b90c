/** The console: every screen that staff reach by links, on a phone and on a laptop. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Page } from "playwright-core";
import { closeBrowser } from "./support/browser.ts";
import { atTheServer, BASE, PASSWORD } from "./support/instance.ts";
import { LAPTOP, PHONE, RULES_OF_WIDTH, Screen } from "./support/screen.ts";

const EMAIL = `bisi.${Date.now().toString(36)}@example.com`;
const NAVIGATION = "#nav-sidebar";
const AT_ONCE = 2;
let screen: Screen;

before(async () => {
  await atTheServer(
    [
      "from accounts.models import CustomUser",
      "from tests.architecture.world import build_world",
      "from rating.services.weighing import count_rating",
      "from tests.factories.accounts import UserFactory",
      `CustomUser.objects.create_superuser("${EMAIL}", "${PASSWORD}", first_name="Bisi")`,
      // An instance that is kept has the world already.
      "if not CustomUser.objects.filter(email='person0@example.com').exists():",
      "    world = build_world(chidi=UserFactory(role='client'), wale=UserFactory(), ada=UserFactory())",
      "    count_rating(world.review)",
    ].join("\n"),
  );
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

test("every screen that a link leads to opens, fits and is accessible in both sizes", async () => {
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
    await screen.settled(page);
    await page.setViewportSize(PHONE);
    await screen.fits(page);
    await screen.accessible(page, RULES_OF_WIDTH);
    await page.setViewportSize(LAPTOP);
    await screen.fits(page);
    await screen.accessible(page);
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

  await screen.visit("/admin/");
  add(await linksOf(screen.page));
  const others = await Promise.all(Array.from({ length: AT_ONCE - 1 }, () => screen.context.newPage()));
  for (const page of others) screen.watch(page);
  await Promise.all([screen.page, ...others].map(walk));

  assert.deepEqual(wrong, []);
  assert.ok(seen.size > 100, `${seen.size} screens`);
});
