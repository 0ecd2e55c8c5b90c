import "fake-indexeddb/auto";
import { beforeEach, expect, test, vi } from "vitest";
import { payOnce } from "../src/api/money.ts";
import { NoAnswerError, type Problem, ProblemError } from "../src/api/refusals.ts";
import { wipe } from "../src/api/store.ts";

function refusal(status: number, code: string, retryAfter: number | null = null): ProblemError {
  return new ProblemError(
    { status, code, detail: "", title: "", type: "", errors: [], request_id: "r" } as Problem,
    retryAfter,
  );
}

/** Sends that answer in this order, and the keys they came with. */
function answers(...list: Array<string | Error>) {
  const keys: string[] = [];
  const send = async (key: string): Promise<string> => {
    keys.push(key);
    const answer = list.shift();
    if (answer instanceof Error) throw answer;
    return answer ?? "late";
  };
  return { keys, send };
}

const realTimeout = globalThis.setTimeout;

beforeEach(async () => {
  // Seconds between two tries are milliseconds here.
  vi.stubGlobal("setTimeout", (work: () => void, ms: number) => realTimeout(work, Math.min(ms, 5)));
  await wipe("money");
});

test("a lost answer is asked for again under the same key", async () => {
  const { keys, send } = answers(new NoAnswerError("lost"), "paid");

  expect(await payOnce("withdrawal", { amount_kobo: 5 }, send)).toBe("paid");
  expect(keys).toHaveLength(2);
  expect(new Set(keys).size).toBe(1);
});

test("a page that was reloaded in flight repeats the same payment", async () => {
  const lost = answers(...Array.from({ length: 4 }, () => new NoAnswerError("closed")));
  await expect(payOnce("withdrawal", { amount_kobo: 5 }, lost.send)).rejects.toThrow(NoAnswerError);

  const later = answers("paid");
  await payOnce("withdrawal", { amount_kobo: 5 }, later.send);
  expect(later.keys[0]).toBe(lost.keys[0]);
});

test("another amount is another payment", async () => {
  const first = answers(refusal(422, "below_minimum"));
  await expect(payOnce("withdrawal", { amount_kobo: 5 }, first.send)).rejects.toThrow();

  const second = answers("paid");
  await payOnce("withdrawal", { amount_kobo: 500 }, second.send);
  expect(second.keys[0]).not.toBe(first.keys[0]);
});

test("another password is the same payment", async () => {
  const first = answers(refusal(422, "invalid_input"));
  await expect(payOnce("withdrawal", { amount_kobo: 5, password: "one" }, first.send)).rejects.toThrow();

  const second = answers("paid");
  await payOnce("withdrawal", { amount_kobo: 5, password: "two" }, second.send);
  expect(second.keys[0]).toBe(first.keys[0]);
});

test.each([
  [403, "identity_not_confirmed"],
  [404, "not_found"],
  [409, "insufficient_funds"],
  [422, "idempotency_key_reused"],
])("after an answer that the server keeps (%i %s) the next try has a new key", async (status, code) => {
  const first = answers(refusal(status, code));
  await expect(payOnce("withdrawal", { amount_kobo: 5 }, first.send)).rejects.toThrow();

  const second = answers("paid");
  await payOnce("withdrawal", { amount_kobo: 5 }, second.send);
  expect(second.keys[0]).not.toBe(first.keys[0]);
});

test("a payment that went through ends its key: the same amount again is meant", async () => {
  const first = answers("paid");
  await payOnce("withdrawal", { amount_kobo: 5 }, first.send);
  const second = answers("paid");
  await payOnce("withdrawal", { amount_kobo: 5 }, second.send);
  expect(second.keys[0]).not.toBe(first.keys[0]);
});

test("while the first still runs, it waits and asks under the same key", async () => {
  const { keys, send } = answers(refusal(409, "idempotency_key_in_flight"), refusal(503, "unavailable", 1), "paid");

  expect(await payOnce("withdrawal", { amount_kobo: 5 }, send)).toBe("paid");
  expect(new Set(keys).size).toBe(1);
});

test("two taps at once are one after the other, and the second finds no open intention of its own", async () => {
  const order: string[] = [];
  const send = async (key: string) => {
    order.push(`begin ${key}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
    order.push(`end ${key}`);
    return key;
  };
  await Promise.all([1, 2].map(() => payOnce("withdrawal", { amount_kobo: 5 }, send)));

  expect(order.map((line) => line.split(" ")[0])).toEqual(["begin", "end", "begin", "end"]);
});
