/** Measures the app of a running instance as a phone has it, and prints what it found as JSON: `make web-report`. */

import type { Page } from "playwright-core";
import { closeBrowser } from "../e2e/support/browser.ts";
import { screens } from "../tools/bytes.ts";
import { Person } from "./visits.ts";
import { wireTo } from "./wire.ts";

const ROUNDS = Number(process.env.ROUNDS ?? 5);
const PASSWORD = process.env.DEMO_PASSWORD ?? "";

const ROLES = {
  worker: {
    email: process.env.DEMO_WORKER ?? "",
    paths: ["/", "/jobs", "/applications", "/assignments", "/wallet", "/notifications", "/you"],
    async walk(page: Page) {
      await page.getByRole("link", { name: "Work", exact: true }).first().click();
      await page.getByRole("button", { name: "Filters" }).click();
      await page.getByRole("button", { name: "Show jobs" }).click();
      await page.getByRole("searchbox").first().pressSequentially("wa");
      await page.getByRole("link", { name: "Wallet" }).first().click();
      await page.getByRole("heading", { level: 1, name: "Wallet" }).waitFor();
    },
  },
  client: {
    email: process.env.DEMO_CLIENT ?? "",
    paths: ["/", "/clientjobs", "/post", "/approve", "/payments", "/client/workers", "/notifications"],
    async walk(page: Page) {
      await page.getByRole("link", { name: "Post", exact: true }).first().click();
      await page.getByLabel("Title").pressSequentially("Waiters");
      await page.getByRole("link", { name: "Money", exact: true }).first().click();
      await page.getByRole("link", { name: "Jobs", exact: true }).first().click();
      await page.getByRole("heading", { level: 1, name: "Your jobs" }).waitFor();
    },
  },
} as const;

function median(values: number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}

async function measured(role: (typeof ROLES)[keyof typeof ROLES]) {
  const wire = await wireTo(process.env.PAYSHIFT_URL ?? "");
  const person = new Person(wire);
  await person.logIn(role.email, PASSWORD);
  const visits = await person.twice();
  const requests: Record<string, number> = {};
  for (const path of role.paths) requests[path] = await person.requests(path);
  const rounds = [];
  for (let round = 0; round < ROUNDS; round += 1) rounds.push(await person.speed(role.walk));
  wire.close();
  return {
    ...visits,
    requests,
    lcp_ms: median(rounds.map(({ lcp }) => lcp)),
    inp_ms: median(rounds.map(({ inp }) => inp)),
  };
}

const roles: Record<string, unknown> = {};
for (const [name, role] of Object.entries(ROLES)) roles[name] = await measured(role);
await closeBrowser();
console.log(JSON.stringify({ screens: screens(), rounds: ROUNDS, roles }));
