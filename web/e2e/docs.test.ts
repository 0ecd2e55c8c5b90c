/** The page that shows the API, on a phone as on a laptop. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { closeBrowser } from "./support/browser.ts";
import { BASE } from "./support/instance.ts";
import { cutOff } from "./support/of-page.ts";
import { ALL_RULES, LAPTOP, PHONE, Screen } from "./support/screen.ts";

/** What Swagger UI writes into its page itself, which no style sheet mends: */
const OF_SWAGGER_UI = [
  // the link to an operation stands within the button that opens it;
  "nested-interactive",
  // the choice of server and the body to send have no label;
  "select-name",
  "label",
  // what copies a call is a button without a name;
  "button-name",
  // the subjects are headings of the third level below the title.
  "heading-order",
];
let screen: Screen;

before(async () => {
  screen = await Screen.open(PHONE);
  await screen.page.goto(`${BASE}/api/docs`);
  await screen.page.locator(".opblock-tag").first().waitFor();
});

after(async () => {
  await screen.close();
  await closeBrowser();
});

async function holds(): Promise<void> {
  const { page } = screen;
  for (const size of [PHONE, LAPTOP]) {
    await page.setViewportSize(size);
    await screen.fits();
    assert.deepEqual(await page.evaluate(cutOff, undefined), [], `at ${size.width} px`);
    await screen.accessible(page, { runOnly: ALL_RULES, off: OF_SWAGGER_UI });
  }
  await page.setViewportSize(PHONE);
}

test("the page is read on a phone without scrolling sideways, and no word is broken", async () => {
  await holds();
});

test("an operation that is opened is, too, and what it is sent and what comes back", async () => {
  const { page } = screen;
  await page.locator(".opblock-tag[data-tag='jobs of a client']").click();
  const operation = page.locator("#operations-jobs_of_a_client-post_job");
  await operation.locator(".opblock-summary-control").click();
  await operation.locator(".responses-wrapper").waitFor();
  await holds();

  await operation.getByRole("button", { name: "Execute" }).click();
  await operation.locator(".live-responses-table").waitFor();
  await holds();
});
