import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { clientScreens, ONLY, ownScreens, VISITOR_SCREENS, workerScreens } from "../e2e/support/screens.ts";
import { paths } from "../tools/for-serving.ts";

/** It only leads on to the wallet. */
const NO_SCREEN = ["/wallet/transactions"];
/** Of a thing or a person that everybody may see. */
const FOR_ALL = ["/jobs/$jobId", "/people/$userId", "/reviews/$userId"];

function isOf(route: string, address: string): boolean {
  const place = address.split("?")[0] ?? "";
  return new RegExp(`^${route.replace(/\$\w+/g, "[0-9a-z]*[0-9][0-9a-z]*")}$`).test(place);
}

test("every route is among the screens that the browser tests look at, by eye of axe, in both sizes", () => {
  const looked = [
    ...workerScreens({ job: 1, application: 2, assignment: 3, withdrawal: 4, client: 5 }),
    ...clientScreens({ job: 1, worker: 2, payment: "pay1", dispute: 3 }),
    ...VISITOR_SCREENS,
  ];
  const missing = paths().filter((route) => !NO_SCREEN.includes(route) && !looked.some((one) => isOf(route, one)));
  const strange = looked.filter((one) => !paths().some((route) => isOf(route, one)));

  expect([missing, strange]).toEqual([[], []]);
});

test("every route of somebody's own thing, and of one role, is opened by a stranger in the browser tests", () => {
  const own = ownScreens({ job: 1, application: 2, assignment: 3, withdrawal: 4, payment: "pay1", dispute: 5 });
  const opened = [...own.client, ...own.either];
  const missing = paths().filter(
    (route) => route.includes("$") && !FOR_ALL.includes(route) && !opened.some((one) => isOf(route, one)),
  );
  const registered = readdirSync("src/app/routes").map((name) => readFileSync(`src/app/routes/${name}`, "utf8"));
  const under = (parent: string) =>
    [...registered.join().matchAll(new RegExp(`=> ${parent},\\s+path: "([^"]*)"`, "g"))].map(([, path = ""]) => path);
  const notOpened = [...under("workers"), ...under("clients")].filter(
    (route) => ![...ONLY.worker, ...ONLY.client, ...own.client].some((one) => isOf(route, one)),
  );

  expect([missing, notOpened]).toEqual([[], []]);
});
