import { InfiniteQueryObserver, QueryClient } from "@tanstack/react-query";
import { expect, test } from "vitest";
import { itemsOf, listOf } from "../src/api/lists.ts";
import { ProblemError } from "../src/api/refusals.ts";

function refusal(code: string): ProblemError {
  return new ProblemError({ code, status: 400, detail: code } as ConstructorParameters<typeof ProblemError>[0], null);
}

/** A list of two pages, whose second is refused with this code. */
async function continued(code: string) {
  const asked: Array<string | undefined> = [];
  const list = listOf(["jobs"], async ({ cursor }) => {
    asked.push(cursor);
    if (cursor) throw refusal(code);
    return { items: [asked.length], next_cursor: asked.length === 1 ? "of-yesterday" : null };
  });
  const screen = new InfiniteQueryObserver(new QueryClient({ defaultOptions: { queries: { retry: false } } }), list);
  await screen.refetch();
  const { data, error } = await screen.fetchNextPage();
  return { asked, items: itemsOf(data), error };
}

test("a cursor that no longer fits starts the list again", async () => {
  const { asked, items, error } = await continued("invalid_cursor");

  expect([asked, items, error]).toEqual([[undefined, "of-yesterday", undefined], [1, 3], null]);
});

test("any other refusal of a page is a refusal", async () => {
  const { asked, items, error } = await continued("unavailable");

  expect([asked, items]).toEqual([[undefined, "of-yesterday"], [1]]);
  expect(error).toMatchObject({ code: "unavailable" });
});
