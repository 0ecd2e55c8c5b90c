import { expect, test, vi } from "vitest";

const kept = new Map([["payshift.signed-in", "7"]]);
let refreshes = 0;
const asked = async () => {
  refreshes += 1;
  return Response.json({ access_token: `token ${refreshes}`, access_expires_at: "2026-03-01T09:15:00Z", user_id: 7 });
};
vi.stubGlobal("fetch", asked);
vi.stubGlobal("localStorage", { getItem: (name: string) => kept.get(name) ?? null, setItem() {}, removeItem() {} });

/** Another tab: the module anew, on the same channel and under the same locks. */
async function tab() {
  vi.resetModules();
  return import("../src/api/session.ts");
}

test("three tabs opened at once make one refresh, and twelve requests in turn none more", async () => {
  const tabs = [await tab(), await tab(), await tab()];

  await Promise.all(tabs.map((one) => one.startSession()));
  expect(refreshes).toBe(1);
  expect(tabs.map((one) => one.accessToken())).toEqual(["token 1", "token 1", "token 1"]);

  for (let turn = 0; turn < 12; turn += 1) await tabs[turn % 3]?.renewed(null);
  expect(refreshes).toBe(1);
});

test("a token that ran out is renewed once for all tabs", async () => {
  const tabs = [await tab(), await tab()];
  await Promise.all(tabs.map((one) => one.startSession()));
  const before = refreshes;
  const old = tabs[0]?.accessToken() ?? "";

  const fresh = await Promise.all(tabs.map((one) => one.renewed(old)));

  expect(refreshes).toBe(before + 1);
  expect(new Set(fresh).size).toBe(1);
  expect(fresh[0]).not.toBe(old);
});

test("log-out in one tab is log-out in all", async () => {
  const tabs = [await tab(), await tab()];
  await Promise.all(tabs.map((one) => one.startSession()));

  tabs[0]?.signedOut();

  await vi.waitFor(() => expect(tabs[1]?.sessionState()).toEqual({ status: "out" }));
  expect(tabs[1]?.accessToken()).toBeNull();
});
