/** `make web`: the sources with hot reload, in front of a running API, in a copy of them that a test may change. */

import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { browser, closeBrowser } from "./support/browser.ts";
import { BASE, Caller, PASSWORD, until } from "./support/instance.ts";
import { PHONE } from "./support/screen.ts";

const NOT_COPIED = ["node_modules", "dist", "e2e", "tests"];
const uche = new Caller("Uche", "applicant");
const copy = mkdtempSync(join(tmpdir(), "payshift-web-"));
let vite: ChildProcess;
let url = "";

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => void server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as { port: number };
  await new Promise((closed) => void server.close(closed));
  return port;
}

before(async () => {
  cpSync(".", copy, { recursive: true, filter: (path) => !NOT_COPIED.includes(basename(path)) });
  symlinkSync(resolve("node_modules"), join(copy, "node_modules"));
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  vite = spawn(process.execPath, ["node_modules/vite/bin/vite.js", "--port", String(port), "--strictPort"], {
    cwd: copy,
    env: { ...process.env, PAYSHIFT_URL: BASE },
  });
  await uche.signUp();
  const isThere = () =>
    fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
  await until(isThere, "the server of the sources");
});

after(async () => {
  vite.kill();
  await closeBrowser();
  rmSync(copy, { recursive: true });
});

test("somebody logs in through it and stays so after a reload, and a changed word is there by itself", async () => {
  const context = await (await browser()).newContext({ viewport: PHONE });
  const page = await context.newPage();
  // It gathers the libraries at the first visit, and may load the page anew then.
  page.setDefaultTimeout(60_000);
  await page.goto(`${url}/login`);
  await page.getByLabel("E-mail").fill(uche.email);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByRole("heading", { name: "Hello, Uche" }).waitFor();
  await page.reload();
  await page.getByRole("heading", { name: "Hello, Uche" }).waitFor();

  const words = join(copy, "src/features/home/words.ts");
  const changed = readFileSync(words, "utf8").replace("Hello", "Good morning");
  assert.match(changed, /Good morning/);
  writeFileSync(words, changed);

  await page.getByRole("heading", { name: "Good morning, Uche" }).waitFor();
  await context.close();
});
