/** One real browser for all tests: Chromium from the npm registry, without root and without a download elsewhere. */

import chromium from "@sparticuz/chromium";
import { type Browser, chromium as playwright } from "playwright-core";

let launching: Promise<Browser> | undefined;

export function browser(): Promise<Browser> {
  launching ??= launch();
  return launching;
}

async function launch(): Promise<Browser> {
  // The package's own arguments are for a cloud function of one process; tests want the browser as people have it.
  return playwright.launch({
    executablePath: process.env.CHROMIUM ?? (await chromium.executablePath()),
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
  });
}

export async function closeBrowser(): Promise<void> {
  await (await launching)?.close();
  launching = undefined;
}
