/** Pictures of the main screens with the demo's data, for docs/: `make web-report ARGS="--pictures"`. `ALL=directory` takes every screen in
    both sizes, light and dark, for whoever looks after a change. */

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { browser, closeBrowser } from "../e2e/support/browser.ts";
import { LAPTOP, PHONE, settled } from "../e2e/support/screen.ts";
import { wireTo } from "./wire.ts";

const PASSWORD = process.env.DEMO_PASSWORD ?? "";
const WORKER = process.env.DEMO_WORKER ?? "";
const CLIENT = process.env.DEMO_CLIENT ?? "";
const { ALL } = process.env;

type Scheme = "light" | "dark";
/** A path, or the first address on that page that looks like this. */
type Place = string | { on: string; like: RegExp };
type Picture = { name: string; of: string; at: Place; size: typeof PHONE; scheme: Scheme };

const MAIN: Picture[] = [
  { name: "worker-home", of: WORKER, at: "/", size: PHONE, scheme: "light" },
  { name: "worker-search", of: WORKER, at: "/jobs", size: PHONE, scheme: "light" },
  {
    name: "worker-shift",
    of: WORKER,
    at: { on: "/assignments", like: /^\/assignments\/\d+$/ },
    size: PHONE,
    scheme: "dark",
  },
  { name: "worker-wallet", of: WORKER, at: "/wallet", size: PHONE, scheme: "light" },
  { name: "client-home", of: CLIENT, at: "/", size: LAPTOP, scheme: "light" },
  { name: "client-post", of: CLIENT, at: "/post", size: LAPTOP, scheme: "light" },
];

const job = { on: "/clientjobs", like: /^\/client\/jobs\/\d+$/ };
const EVERY: Record<string, Record<string, Place>> = {
  [WORKER]: {
    home: "/",
    search: "/jobs",
    none: "/jobs?q=nothing-of-this-name",
    map: "/jobs?view=map",
    job: { on: "/jobs", like: /^\/jobs\/\d+$/ },
    applications: "/applications",
    shifts: "/assignments",
    past: "/assignments?past=true",
    shift: { on: "/assignments", like: /^\/assignments\/\d+$/ },
    worked: { on: "/assignments?past=true", like: /^\/assignments\/\d+$/ },
    wallet: "/wallet",
    withdraw: "/wallet/withdraw",
    withdrawals: "/wallet/withdrawals",
    account: "/get-account-details",
    saved: "/saved-jobs",
    notifications: "/notifications",
    you: "/you",
    profile: "/profile",
    security: "/security",
    disputes: "/disputes",
  },
  [CLIENT]: {
    home: "/",
    jobs: "/clientjobs",
    job,
    post: "/post",
    approve: "/approve",
    payments: "/payments",
    workers: "/client/workers",
    notifications: "/notifications",
  },
};

function every(): Picture[] {
  return Object.entries(EVERY).flatMap(([of, places]) =>
    Object.entries(places).flatMap(([name, at]) =>
      (["light", "dark"] as const).flatMap((scheme) =>
        [PHONE, LAPTOP].map((size) => ({
          name: `${of === WORKER ? "worker" : "client"}-${name}-${size.width}-${scheme}`,
          ...{ of, at, size, scheme },
        })),
      ),
    ),
  );
}

const wire = await wireTo(process.env.PAYSHIFT_URL ?? "");
const target = ALL ?? "../docs/screens";
mkdirSync(target, { recursive: true });
const pictures = ALL ? every() : MAIN;
const keyOf = ({ of, size, scheme }: Picture) => JSON.stringify([of, size, scheme]);
for (const key of new Set(pictures.map(keyOf))) {
  const group = pictures.filter((picture) => keyOf(picture) === key);
  const [{ of, size, scheme } = MAIN[0] as Picture] = group;
  const context = await (await browser()).newContext({
    viewport: size,
    isMobile: size === PHONE,
    hasTouch: size === PHONE,
    colorScheme: scheme,
    locale: "en-NG",
    timezoneId: "Africa/Lagos",
    geolocation: { latitude: 6.6018, longitude: 3.3515 },
    permissions: ["geolocation"],
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  const shown = async () => {
    await settled(page);
    await wire.quiet();
  };
  await page.goto(`${wire.url}/login`);
  await page.getByLabel("E-mail").fill(of);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.waitForURL(`${wire.url}/`);
  for (const { name, at } of group) {
    await page.goto(wire.url + (typeof at === "string" ? at : at.on));
    await shown();
    if (typeof at !== "string") {
      const found = await page
        .locator("main a")
        .evaluateAll((links) => links.map((link) => new URL((link as HTMLAnchorElement).href).pathname));
      const path = found.find((one) => at.like.test(one));
      if (!path) throw new Error(`${at.on} has no link like ${at.like}`);
      await page.goto(wire.url + path);
      await shown();
    }
    await page.screenshot({ path: join(target, `${name}.png`), fullPage: Boolean(ALL) });
  }
  await context.close();
}
await closeBrowser();
wire.close();
