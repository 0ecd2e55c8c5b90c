/** A person in front of a browser, and what must hold on every screen they see. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { BrowserContext, Locator, Page } from "playwright-core";
import { browser } from "./browser.ts";
import { BASE, EVENTS, GATEWAY, PASSWORD } from "./instance.ts";
import { cutOff, focused, secondTap, shiftsSince, tapsSoFar, watchShifts, watchTaps } from "./of-page.ts";

export const PHONE = { width: 360, height: 640 };
export const LAPTOP = { width: 1280, height: 800 };
const NARROW = { width: 320, height: 640 };
/** A laptop's page at 200 %. */
const HALF = { width: 640, height: 400 };

/** What a screen may move by itself while it loads: a third of what is still called good (web.dev/cls). */
const STILL = 0.03;

/** Of axe: all that it knows of law and good practice, and what of it the width of the screen can change. */
export const ALL_RULES: readonly string[] = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
export const RULES_OF_WIDTH: readonly string[] = [
  "target-size",
  "scrollable-region-focusable",
  "region",
  "page-has-heading-one",
];

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

let patched = false;
let lastPress = { x: 0, y: 0 };

/** Nobody presses at one place again within a moment of what came there, and the app takes no tap that does
    (src/ui/second-tap.ts). A test is that fast. */
async function aim(what: Locator): Promise<void> {
  const box = await boxInView(what);
  const next = { x: (box?.x ?? 0) + (box?.width ?? 0) / 2, y: (box?.y ?? 0) + (box?.height ?? 0) / 2 };
  if (Math.hypot(next.x - lastPress.x, next.y - lastPress.y) < 40) await what.page().waitForTimeout(400);
  lastPress = next;
}

/** Of whatever it finds by then: a screen that is told something may have drawn it anew meanwhile. */
async function boxInView(what: Locator): ReturnType<Locator["boundingBox"]> {
  for (;;) {
    try {
      await what.scrollIntoViewIfNeeded();
      return await what.boundingBox();
    } catch (error) {
      if (!String(error).includes("not attached to the DOM")) throw error;
    }
  }
}

function pressLikePeople(page: Page): void {
  if (patched) return;
  patched = true;
  const locators = Object.getPrototypeOf(page.locator("body")) as Locator;
  const { click, dblclick } = locators;
  locators.click = async function (this: Locator, options) {
    await aim(this);
    await click.call(this, options);
  };
  locators.dblclick = async function (this: Locator, options) {
    await aim(this);
    await dblclick.call(this, options);
  };
}

/** The screen itself is there, and not its skeleton. */
export async function settled(page: Page): Promise<void> {
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.waitForFunction(
    () => !document.querySelector('[role=status] .sr-only, [aria-busy="true"], .animate-pulse'),
  );
}

export class Screen {
  /** Origins that a test expects requests to. The provider's own page is one only while somebody pays there. */
  private readonly origins = new Set([BASE, EVENTS]);
  readonly page: Page;
  readonly context: BrowserContext;
  /** Errors in the console, refusals by the policy, requests that leave the origin: there must be none. */
  readonly complaints: string[] = [];

  private constructor(context: BrowserContext, page: Page) {
    this.context = context;
    this.page = page;
    this.watch(page);
    pressLikePeople(page);
  }

  static async open(
    viewport = PHONE,
    options: { colorScheme?: "light" | "dark"; serviceWorkers?: "block"; hasTouch?: boolean; timezoneId?: string } = {},
  ): Promise<Screen> {
    const context = await (await browser()).newContext({
      viewport,
      locale: "en-NG",
      timezoneId: "Africa/Lagos",
      geolocation: { latitude: 6.6018, longitude: 3.3515 },
      permissions: ["geolocation"],
      reducedMotion: "reduce",
      ...options,
    });
    context.setDefaultTimeout(20_000);
    await context.addInitScript(watchShifts);
    return new Screen(context, await context.newPage());
  }

  watch(page: Page): void {
    page.on("pageerror", (error) => this.complaints.push(`error: ${error.message}`));
    page.on("console", (message) => {
      // A refusal by the API is an answer, also that a provider does not answer; Chromium writes it into the console.
      const refusal =
        /^Failed to load resource: .*(40\d|42\d|503|net::ERR_INTERNET_DISCONNECTED|net::ERR_FAILED|net::ERR_CONNECTION_RESET)/;
      if (message.type() === "error" && !refusal.test(message.text())) this.complaints.push(message.text());
    });
    page.on("request", (request) => {
      const url = request.url();
      if (!/^(data|blob):/.test(url) && !this.origins.has(new URL(url).origin))
        this.complaints.push(`left the origin: ${url}`);
    });
  }

  /** Of a server that is broken on purpose, for as long as `act` takes: what the browser says of its answers. */
  async whileBroken(act: () => Promise<void>): Promise<void> {
    const before = this.complaints.length;
    await act();
    const others = this.complaints.splice(before).filter((said) => !/status of 500/.test(said));
    this.complaints.push(...others);
  }

  /** Paying is the one reason to leave, and only for as long as `act` takes. */
  async atCheckout(act: () => Promise<void>): Promise<void> {
    this.origins.add(GATEWAY);
    await act();
    this.origins.delete(GATEWAY);
  }

  /** Press Tab until what has the focus is called so, as somebody without a mouse does. Wherever the focus stops on the
      way, it must be seen: framed, on the screen, and not behind something else. */
  async tabTo(name: RegExp): Promise<void> {
    for (let presses = 0; presses < 80; presses += 1) {
      await this.page.keyboard.press("Tab");
      const at = await this.page.evaluate(focused);
      if (this.page.url().startsWith(BASE)) assert.equal(at.wrong, "", `${at.name} on ${this.page.url()}`);
      if (name.test(at.name)) return;
    }
    throw new Error(`The keyboard does not reach ${name} on ${this.page.url()}`);
  }

  async tabAndPress(name: RegExp, key = "Enter"): Promise<void> {
    await this.tabTo(name);
    await this.page.keyboard.press(key);
  }

  async tabAndType(name: RegExp, text: string): Promise<void> {
    await this.tabTo(name);
    await this.page.keyboard.type(text);
  }

  /** Tap there, and once more as soon as something else is at that place: a double tap whose answer came between the two.
      Returns what the app was given of them. */
  async tapTwice(what: Locator): Promise<string[]> {
    await aim(what);
    const { x, y } = await what.evaluate(watchTaps);
    await this.page.mouse.click(x, y);
    return this.page.evaluate(secondTap);
  }

  /** Two taps as quick as those of a finger. Returns what took them, or nothing where this machine was slower than that. */
  async doubleTap(what: Locator): Promise<string[] | undefined> {
    await aim(what);
    const { x, y } = await what.evaluate(watchTaps);
    for (const pause of [100, 50]) {
      await this.page.touchscreen.tap(x, y);
      await this.page.waitForTimeout(pause);
    }
    const { taken, apart } = await this.page.evaluate(tapsSoFar);
    return apart < 300 ? taken : undefined;
  }

  /** As slow as a phone at the edge of a cell: 400 kbit/s and 400 ms. */
  async slow3G(): Promise<void> {
    const cdp = await this.context.newCDPSession(this.page);
    await cdp.send("Network.enable");
    const speed = { offline: false, latency: 400, downloadThroughput: 50_000, uploadThroughput: 50_000 };
    await cdp.send("Network.emulateNetworkConditions", speed);
  }

  async logIn(email: string): Promise<void> {
    await this.page.goto(`${BASE}/login`);
    await this.page.getByLabel("E-mail").fill(email);
    await this.page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await this.page.getByRole("button", { name: "Log in" }).click();
    await this.page.waitForURL(`${BASE}/`);
    await this.settled();
  }

  async visit(path: string): Promise<void> {
    await this.page.goto(BASE + path);
    await this.settled();
  }

  /** To another screen as a link of the app leads there: without loading the page, which most of a walk's time would be. */
  async go(path: string): Promise<void> {
    // The same screen with other filters keeps its heading, and the app has nothing else that says when it is there.
    if (new URL(this.page.url()).pathname === path.split("?")[0]) return this.visit(path);
    const left = await this.page.evaluate((to) => {
      for (const heading of document.querySelectorAll("h1")) heading.dataset.left = "yes";
      history.pushState({}, "", to);
      return performance.now();
    }, path);
    await this.page.locator("h1:not([data-left])").waitFor();
    await this.settled();
    // Who reads by ear or by keyboard begins at the heading of what is new.
    const at = await this.page.evaluate(() => document.activeElement?.outerHTML.slice(0, 80));
    assert.match(at ?? "", /^<h1/, `the focus on ${path}`);
    const moved = await this.page.evaluate(shiftsSince, left);
    assert.ok(moved.by < STILL, `${path} moves by ${moved.by}: ${moved.what}`);
  }

  /** Each of these as a phone shows it in the sun and a laptop at night: accessible and whole, no wider than the screen.
      Returns their titles. */
  async everyOneHolds(paths: readonly string[]): Promise<Set<string>> {
    return this.everyOneFits(paths, () => this.accessible());
  }

  async everyOneFits(paths: readonly string[], holds = async () => {}): Promise<Set<string>> {
    const titles = new Set<string>();
    const wrong: string[] = [];
    for (const path of paths) {
      await this.go(path);
      for (const [viewport, colorScheme] of [
        [PHONE, "light"],
        [LAPTOP, "dark"],
      ] as const) {
        await this.page.setViewportSize(viewport);
        await this.page.emulateMedia({ colorScheme });
        await this.fits();
        wrong.push(
          ...(await this.page.evaluate(cutOff, undefined)).map((what) => `${path} at ${viewport.width} px: ${what}`),
        );
        await holds();
      }
      // As a laptop's page at 400 %, and the narrowest of phones: everything is there by scrolling one way.
      await this.page.setViewportSize(NARROW);
      await this.fits();
      await this.page.setViewportSize(HALF);
      await this.fits();
      wrong.push(...(await this.page.evaluate(cutOff, undefined)).map((what) => `${path} at 200 %: ${what}`));
      await this.page.setViewportSize(PHONE);
      await this.textAt(200);
      wrong.push(
        ...(await this.page.evaluate(cutOff, "frames" as const)).map((what) => `${path}, text at 200 %: ${what}`),
      );
      await this.textAt(100);
      titles.add(await this.page.title());
    }
    assert.deepEqual(wrong, []);
    return titles;
  }

  /** As the setting of the browser or the phone makes all text. */
  private async textAt(percent: number): Promise<void> {
    await this.page.evaluate((percent) => {
      document.documentElement.style.fontSize = percent === 100 ? "" : `${percent}%`;
    }, percent);
  }

  async settled(page = this.page): Promise<void> {
    await settled(page);
  }

  async fits(page = this.page): Promise<void> {
    const { wider, chosen } = await page.evaluate(() => ({
      wider: document.documentElement.scrollWidth - window.innerWidth,
      chosen: [...document.querySelectorAll("nav")].map((menu) => menu.querySelectorAll("[aria-current=page]").length),
    }));
    assert.ok(wider <= 0, `${page.url()} is ${wider} px wider than the screen`);
    assert.ok(Math.max(0, ...chosen) <= 1, `${page.url()} says of two links of a menu that one is there`);
  }

  /** axe, past the page's own policy: that one refuses scripts from outside, as it should. `without`: parts that are
      looked at elsewhere; `off`: rules that somebody else's page cannot keep. */
  async accessible(
    page = this.page,
    {
      runOnly = ALL_RULES,
      without = [],
      off = [],
    }: { runOnly?: readonly string[]; without?: string[]; off?: string[] } = {},
  ): Promise<void> {
    const before = this.complaints.length;
    const cdp = await this.context.newCDPSession(page);
    await cdp.send("Page.setBypassCSP", { enabled: true });
    if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(AXE);
    const found = await page.evaluate(
      async ({ runOnly, without, off }) => {
        type Found = { violations: Array<{ id: string; nodes: Array<{ html: string; failureSummary: string }> }> };
        const axe = (window as unknown as { axe: { run(what: object, options: object): Promise<Found> } }).axe;
        const rules = Object.fromEntries(off.map((rule) => [rule, { enabled: false }]));
        // Django's toolbar is a developer's: production has none.
        const { violations } = await axe.run(
          { exclude: ["#djDebugRoot", ...without] },
          // Of what holds, axe would describe every element as well.
          { runOnly, rules, resultTypes: ["violations"] },
        );
        return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html} ${nodes[0]?.failureSummary}`);
      },
      { runOnly, without, off },
    );
    await cdp.detach();
    // Where the policy of a page lets in no style from outside, that is said of axe's own as well.
    const others = this.complaints.splice(before).filter((complaint) => !/^Applying inline style/.test(complaint));
    this.complaints.push(...others);
    assert.deepEqual(found, [], page.url());
  }

  async close(): Promise<void> {
    await this.context.close();
    assert.deepEqual(this.complaints, []);
  }
}
