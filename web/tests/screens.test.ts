import { expect, test } from "vitest";
import { clientScreens, VISITOR_SCREENS, workerScreens } from "../e2e/support/screens.ts";
import { paths } from "../tools/for-serving.ts";

/** It only leads on to the wallet. */
const NO_SCREEN = ["/wallet/transactions"];

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
