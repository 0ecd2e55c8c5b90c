import "fake-indexeddb/auto";
import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { beforeEach, expect, test, vi } from "vitest";
import { forgetAnswers, keepAnswers, restoreAnswers } from "../src/api/kept";
import { readAll } from "../src/api/store";

const shift = (answer: string) => ({
  queryKey: ["assignments", "one", 7] as const,
  queryFn: async () => answer,
  staleTime: 60_000,
  meta: { keep: true },
});

/** A page of this person: what it asks is kept. */
function page(userId: number): QueryClient {
  const queries = new QueryClient();
  keepAnswers(queries, () => userId);
  return queries;
}

async function read(userId: number, answer: string): Promise<void> {
  await page(userId).fetchQuery(shift(answer));
  await vi.waitFor(async () => expect(await readAll("kept")).toHaveLength(1));
}

beforeEach(() => forgetAnswers(new QueryClient()));

test("a kept answer shows at once and is asked again, however young it is", async () => {
  await read(1, "checked out");
  const reloaded = page(1);
  await restoreAnswers(reloaded, 1);
  expect(reloaded.getQueryData(shift("").queryKey)).toBe("checked out");

  const screen = new QueryObserver(reloaded, shift("approved"));
  const stop = screen.subscribe(() => {});

  await vi.waitFor(() => expect(screen.getCurrentResult().data).toBe("approved"));
  stop();
});

test("an answer that another release kept is not shown: its fields may be others", async () => {
  await read(1, "checked out");
  vi.stubGlobal("document", { querySelector: () => ({ src: "/assets/main-NEXT.js" }) });
  const updated = page(1);

  await restoreAnswers(updated, 1);

  expect(updated.getQueryData(shift("").queryKey)).toBeUndefined();
  vi.unstubAllGlobals();
});

test("nobody else sees what was kept", async () => {
  await read(1, "checked out");
  const theirs = page(2);

  await restoreAnswers(theirs, 2);

  expect(theirs.getQueryData(shift("").queryKey)).toBeUndefined();
});

test("what was kept a day ago is not shown, and is gone from the device", async () => {
  await read(1, "checked out");
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 24 * 3600_000 + 1000 });
  const later = page(1);

  await restoreAnswers(later, 1);

  expect(later.getQueryData(shift("").queryKey)).toBeUndefined();
  await vi.waitFor(async () => expect(await readAll("kept")).toEqual([]));
  vi.useRealTimers();
});
