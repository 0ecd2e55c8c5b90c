import "fake-indexeddb/auto";
import { readdirSync, readFileSync } from "node:fs";
import type { QueryKey } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { hintsIn, readAgain, watchTheNumber } from "../src/api/events.ts";
import { isShownBy, NUMBERED, SHOWN } from "../src/api/queries/shown.ts";
import { queries } from "../src/api/query-client.ts";

test("a stream is cut anywhere, and its hints come out whole", () => {
  const one = { about: "application", id: 7 };
  const two = { about: "notifications", id: null };
  const sent = `:\n\ndata: ${JSON.stringify(one)}\n\n:\n\ndata: ${JSON.stringify(two)}\n\n`;

  for (let cut = 0; cut <= sent.length; cut += 1) {
    const [first, rest] = hintsIn(sent.slice(0, cut));
    const [second, left] = hintsIn(rest + sent.slice(cut));
    expect([...first, ...second, left]).toEqual([one, two, ""]);
  }
});

/** What a person may have looked at: of each numbered thing the seventh and the eighth. */
const LOOKED_AT: readonly QueryKey[] = [
  ...Object.values(NUMBERED).flatMap((parts) =>
    parts.flatMap((part) => [7, 8].map((number) => [...part.split(" "), number] as unknown as QueryKey)),
  ),
  ...(Object.keys(SHOWN) as (keyof typeof SHOWN)[]).map((root) => [root, "list"] as const),
  ["assignments", "one", 7, "history"],
  ["assignments", "one", 8, "history"],
];
const OF_WORK =
  "applications approving assignments client-jobs home jobs me payments people reviews series wallet workers";

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("document", { visibilityState: "visible" });
  for (const key of LOOKED_AT) queries.setQueryData(key, "read");
});

afterEach(() => {
  queries.clear();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function staleKeys(): string[] {
  vi.advanceTimersByTime(1_000);
  const stale = LOOKED_AT.filter((key) => queries.getQueryState(key)?.isInvalidated);
  return stale.map((key) => key.join(" "));
}

const staleRoots = () => [...new Set(staleKeys().map((key) => key.split(" ")[0]))].sort().join(" ");

test.each([
  ["application", OF_WORK],
  ["job", OF_WORK],
  [
    "assignment",
    "applications approving assignments client-jobs disputes home jobs me payments people reviews series wallet workers",
  ],
  ["dispute", "approving assignments client-jobs disputes home payments wallet"],
  ["user", "home me people reviews workers"],
  ["withdrawal", "home payments wallet"],
  ["wallet", "assignments client-jobs home payments wallet"],
  ["bank_account", "bank-account wallet"],
  ["security", "devices me second-factor"],
  ["reports", "reports"],
  ["notifications", "home notifications"],
])("a hint about %s makes the app read again what shows it, and nothing else", (about, roots) => {
  readAgain({ about, id: 7 });

  expect(staleRoots()).toBe(roots);
});

test.each(Object.entries(NUMBERED))("a hint about one %s leaves the others alone", (about, parts) => {
  readAgain({ about, id: 7 });

  const stale = staleKeys();
  expect(stale).toEqual(expect.arrayContaining(parts.map((part) => `${part} 7`)));
  expect(stale.filter((key) => parts.some((part) => key.startsWith(`${part} 8`)))).toEqual([]);
});

test.each(["everything", "a thing of the next release"])("a hint about %s makes it read all again", (about) => {
  readAgain({ about, id: null });

  // Numbers of the rules and lists of trades and banks do not follow what people do.
  const left = LOOKED_AT.map((key) => key.join(" ")).filter((key) => !staleKeys().includes(key));
  expect(left).toEqual(["banks list", "config list", "industries list"]);
});

test("hints that come together are read once, each for what it is about", () => {
  const read = vi.spyOn(queries, "invalidateQueries");

  readAgain({ about: "security", id: null });
  readAgain({ about: "bank_account", id: null });

  expect(staleRoots()).toBe("bank-account devices me second-factor wallet");
  expect(read).toHaveBeenCalledTimes(1);
});

test("more notices without a hint make it read everything again; with one, or when they are read, nothing more", async () => {
  const { unreadQuery } = await import("../src/api/queries/notifications.ts");
  const { queryKey } = unreadQuery();
  const poll = (count: number) => queries.fetchQuery({ queryKey, queryFn: async () => count, staleTime: 0 });
  watchTheNumber();
  for (const count of [3, 3, 1]) await poll(count);
  expect(staleRoots()).toBe("");

  readAgain({ about: "notifications", id: null });
  expect(staleRoots()).toBe("home notifications");
  await poll(2);
  expect(staleRoots()).toBe("home notifications");

  await poll(3);
  expect(staleRoots()).toContain("wallet");
});

test("no query of the app is outside of the table, and none of the table outside of the app", () => {
  const files = readdirSync("src", { recursive: true, encoding: "utf8" }).filter((name) => /\.tsx?$/.test(name));
  const roots = files.flatMap((name) => {
    const text = readFileSync(`src/${name}`, "utf8");
    return [...text.matchAll(/(?:all|queryKey|\w+: \([^)]*\) =>):? \["([\w-]+)"/g)].map(([, root]) => root);
  });

  expect([...new Set(roots)].sort()).toEqual(Object.keys(SHOWN).sort());
  expect(isShownBy({ about: "job", id: 7 }, ["a screen of the next release"])).toBe(true);
});
