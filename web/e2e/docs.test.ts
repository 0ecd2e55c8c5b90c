/** The page that shows the API, on a phone as on a laptop. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { closeBrowser } from "./support/browser.ts";
import { BASE } from "./support/instance.ts";
import { cutOff } from "./support/of-page.ts";
import { LAPTOP, PHONE, Screen } from "./support/screen.ts";

let screen: Screen;

before(async () => {
  screen = await Screen.open(PHONE);
});

after(async () => {
  await screen.close();
  await closeBrowser();
});

test("it is read on a phone without scrolling sideways, and no word is broken", async () => {
  const { page } = screen;
  await page.goto(`${BASE}/api/docs`);
  await page.locator(".opblock-tag").first().waitFor();
  for (const size of [PHONE, LAPTOP]) {
    await page.setViewportSize(size);
    await screen.fits();
    assert.deepEqual(await page.evaluate(cutOff, undefined), []);
  }
});
