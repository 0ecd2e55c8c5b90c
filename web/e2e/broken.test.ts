/** The server fails, for real: a trigger of the database that divides by zero, and a table that is away. Whoever
    meets it is told so until they close it, with a number that is in the log, and can copy that. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { closeBrowser } from "./support/browser.ts";
import { atTheServer, BASE, Caller, logs, now, until } from "./support/instance.ts";
import { LAPTOP, PHONE, Screen } from "./support/screen.ts";

const QUOTED = /quote ([0-9a-f-]{8,})/;
const uche = new Caller("Uche", "client");
const sade = new Caller("Sade", "applicant");
let screen: Screen;
let jobId = 0;

before(async () => {
  await uche.signUp();
  await sade.signUp();
  const day = new Date((await now()).getTime() + 48 * 3600_000).toISOString().slice(0, 10);
  jobId = await uche.postPaidJob("Stewards for a lecture", day);
  screen = await Screen.open(PHONE);
  await screen.context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await screen.logIn(sade.email);
});

after(async () => {
  await screen.close();
  await closeBrowser();
});

/** As the database's owner. Whatever happens, it is put right again. */
async function broken(breaks: string, mends: string, act: () => Promise<void>): Promise<void> {
  const run = (sql: string) =>
    atTheServer(`from django.db import connections; connections["owner"].cursor().execute("""${sql}""")`);
  await run(breaks);
  try {
    await screen.whileBroken(act);
  } finally {
    await run(mends);
  }
}

/** The number that the screen says is the one that its button copies, and the log has it beside the error. */
async function isInTheLog(said: string, error: RegExp): Promise<void> {
  const number = QUOTED.exec(said)?.[1] ?? "";
  assert.ok(number, said);
  assert.equal(await screen.page.evaluate(() => navigator.clipboard.readText()), number);
  const told = await until(
    async () => {
      const all = logs();
      const from = all.indexOf(number);
      return from >= 0 && error.test(all.slice(from)) && all.slice(from).split("request_started")[0];
    },
    `${number} and its error in the log`,
    20,
  );
  assert.match(told, error);
}

test("a step that fails at the server is said until somebody closes it, with a number that the log has", async () => {
  const { page } = screen;
  await screen.visit(`/jobs/${jobId}`);
  const save = page.getByRole("button", { name: "Save", exact: true });
  await save.waitFor();
  const trigger = `
    CREATE FUNCTION broken_for_a_test() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM 1/0; RETURN NEW; END';
    CREATE TRIGGER broken_for_a_test BEFORE INSERT ON jobs_savedjob FOR EACH ROW WHEN (NEW.user_id = ${sade.id})
      EXECUTE FUNCTION broken_for_a_test()`;
  const mend = "DROP TRIGGER broken_for_a_test ON jobs_savedjob; DROP FUNCTION broken_for_a_test()";
  await broken(trigger, mend, async () => {
    await save.click();
    const said = page.getByText(QUOTED);
    await said.waitFor();
    const first = await said.textContent();
    assert.equal(await save.getAttribute("aria-pressed"), "false");

    for (const size of [LAPTOP, PHONE]) {
      await page.setViewportSize(size);
      await screen.fits();
      await screen.accessible();
    }
    // Longer than what is said in passing.
    await page.waitForTimeout(7_500);
    await page.getByRole("button", { name: "Copy", exact: true }).click();
    await isInTheLog(first ?? "", /DivisionByZero/);

    // Again: the newer one stands in its place.
    await save.click();
    await until(async () => (await said.textContent()) !== first, "the second number", 10);
    assert.equal(await said.count(), 1);
    await page.getByRole("button", { name: "Close", exact: true }).click();
    assert.equal(await said.count(), 0);
  });

  await save.click();
  await page.getByRole("button", { name: "Saved", exact: true }).waitFor();
});

test("a screen that fails at the server says the number, and is there again after one press", async () => {
  const { page } = screen;
  await broken(
    "ALTER TABLE jobs_savedjob RENAME TO jobs_savedjob_away",
    "ALTER TABLE jobs_savedjob_away RENAME TO jobs_savedjob",
    async () => {
      await page.goto(`${BASE}/saved-jobs`);
      const said = page.getByText(QUOTED);
      await said.waitFor();
      await screen.fits();
      await screen.accessible();
      await page.getByRole("button", { name: "Copy", exact: true }).click();
      await isInTheLog((await said.textContent()) ?? "", /UndefinedTable/);
    },
  );

  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByRole("link", { name: "Stewards for a lecture" }).first().waitFor();
});
