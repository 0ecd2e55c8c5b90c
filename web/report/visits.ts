/** Visits of one person with a phone: what they cost, and how long they take on a slow network and a slow processor. */

import type { BrowserContext, Page } from "playwright-core";
import { browser } from "../e2e/support/browser.ts";
import { PHONE, settled } from "../e2e/support/screen.ts";
import type { Wire } from "./wire.ts";

type State = Awaited<ReturnType<BrowserContext["storageState"]>>;
export type Visit = { requests: number; bytes: number };
export type Speed = { lcp: number; inp: number };

/** Slow 4G as Lighthouse has it: 1.6 Mbit/s down, 750 kbit/s up, 150 ms; and a processor of a quarter of the speed. */
const SLOW_4G = { offline: false, latency: 150, downloadThroughput: 200_000, uploadThroughput: 93_750 };
const CPU = 4;

export class Person {
  private readonly wire: Wire;
  private state: State | undefined;

  constructor(wire: Wire) {
    this.wire = wire;
  }

  /** A browser that has nothing of the app but the log-in. The refresh token rotates, so what it becomes is kept. */
  private async with<T>(act: (context: BrowserContext) => Promise<T>): Promise<T> {
    const context = await (await browser()).newContext({
      viewport: PHONE,
      deviceScaleFactor: 2,
      hasTouch: true,
      locale: "en-NG",
      timezoneId: "Africa/Lagos",
      ...(this.state && { storageState: this.state }),
    });
    context.setDefaultTimeout(60_000);
    try {
      return await act(context);
    } finally {
      this.state = await context.storageState();
      await context.close();
    }
  }

  async logIn(email: string, password: string): Promise<void> {
    await this.with(async (context) => {
      const page = await context.newPage();
      await page.goto(`${this.wire.url}/login`);
      await page.getByLabel("E-mail").fill(email);
      await page.getByLabel("Password", { exact: true }).fill(password);
      await page.getByRole("button", { name: "Log in" }).click();
      await page.waitForURL(`${this.wire.url}/`);
      await settled(page);
    });
  }

  /** The first visit until nothing comes any more, what is kept for life without a network included; and the second. */
  async twice(): Promise<{ first: Visit; second: Visit }> {
    return this.with(async (context) => {
      const visit = async (): Promise<Visit> => {
        this.wire.take();
        const page = await context.newPage();
        await page.goto(`${this.wire.url}/`);
        await settled(page);
        await page.evaluate(async () => void (await navigator.serviceWorker.ready));
        await this.wire.quiet();
        const cost = this.wire.take();
        await page.close();
        return cost;
      };
      return { first: await visit(), second: await visit() };
    });
  }

  /** Requests to the API when a screen is opened by its address, the session's own two among them. */
  async requests(path: string): Promise<number> {
    return this.with(async (context) => {
      const page = await context.newPage();
      const asked: string[] = [];
      page.on("request", (request) => request.url().includes("/api/") && asked.push(request.url()));
      await page.goto(this.wire.url + path);
      await settled(page);
      await this.wire.quiet();
      return asked.length;
    });
  }

  /** The largest paint of a first visit, and the slowest answer to a tap or a key of a walk through the menu. */
  async speed(walk: (page: Page) => Promise<void>): Promise<Speed> {
    return this.with(async (context) => {
      const page = await context.newPage();
      await page.addInitScript(watch);
      const cdp = await context.newCDPSession(page);
      await cdp.send("Network.emulateNetworkConditions", SLOW_4G);
      await cdp.send("Emulation.setCPUThrottlingRate", { rate: CPU });
      await page.goto(`${this.wire.url}/`);
      await settled(page);
      await page.waitForTimeout(500);
      const lcp = (await page.evaluate(() => (window as unknown as Watched).measured)).lcp;
      await walk(page);
      await page.waitForTimeout(500);
      return { lcp, inp: (await page.evaluate(() => (window as unknown as Watched).measured)).inp };
    });
  }
}

type Watched = { measured: Speed };

/** Runs in the page, before the app. */
function watch(): void {
  const measured: Speed = { lcp: 0, inp: 0 };
  (window as unknown as Watched).measured = measured;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) measured.lcp = entry.startTime;
  }).observe({ type: "largest-contentful-paint", buffered: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as Array<PerformanceEntry & { interactionId?: number }>) {
      if (entry.interactionId) measured.inp = Math.max(measured.inp, entry.duration);
    }
  }).observe({ type: "event", buffered: true, durationThreshold: 16 } as PerformanceObserverInit);
}
