/** The page that shows the API: on a phone as on a laptop, and with the token that a developer gave it. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { closeBrowser } from "./support/browser.ts";
import { BASE, Caller, PASSWORD } from "./support/instance.ts";
import { cutOff } from "./support/of-page.ts";
import { LAPTOP, PHONE, Screen } from "./support/screen.ts";

const dayo = new Caller("Dayo", "applicant");
let screen: Screen;
let token = "";

before(async () => {
  await dayo.signUp();
  token = String((await dayo.call("POST", "/auth/login", { email: dayo.email, password: PASSWORD })).access_token);
  screen = await Screen.open(PHONE);
});

after(async () => {
  await screen.close();
  await closeBrowser();
});

test("it is read on a phone without scrolling sideways, and breaks no rule of accessibility", async () => {
  const { page } = screen;
  await page.goto(`${BASE}/api/docs`);
  await page
    .getByRole("heading", { name: /Payshift/ })
    .first()
    .waitFor();
  for (const size of [PHONE, LAPTOP]) {
    await page.setViewportSize(size);
    await screen.fits();
    assert.deepEqual(await page.evaluate(cutOff), []);
    await screen.accessible();
  }
});

test("a token that was given is there after a reload, and a call goes out with it", async () => {
  const { page } = screen;
  await page.setViewportSize(PHONE);
  await page.getByRole("button", { name: "Authorize" }).first().click();
  await page.locator(".auth-container input").first().fill(token);
  await page.locator(".auth-container").getByRole("button", { name: "Apply credentials" }).click();
  await page.reload();
  const operation = page.locator("#operations-Account-get_me, [id$='-get_me']").first();
  await operation.locator("button").first().click();
  await operation.getByRole("button", { name: "Try it out" }).click();
  await operation.getByRole("button", { name: "Execute" }).click();
  await operation.getByText(dayo.email).first().waitFor();
  await screen.fits();
});
