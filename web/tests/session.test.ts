import { afterEach, beforeEach, expect, test, vi } from "vitest";

const kept = new Map<string, string>();
const localStorage = {
  getItem: (name: string) => kept.get(name) ?? null,
  setItem: (name: string, value: string) => void kept.set(name, value),
  removeItem: (name: string) => void kept.delete(name),
};

function tokens(access: string): Response {
  return Response.json({
    access_token: access,
    access_expires_at: "2026-03-01T09:15:00Z",
    refresh_token: null,
    refresh_expires_at: "2026-03-31T09:00:00Z",
    token_type: "Bearer",
    user_id: 7,
    device_id: 1,
  });
}

function problem(status: number, code: string): Response {
  return Response.json({ code, status, title: "", detail: "", type: "" }, { status });
}

/** A fresh page: the module's memory is what a reload forgets. */
async function page(...answers: Array<Response | Error>) {
  vi.resetModules();
  const asked = vi.fn(async (_address: string, _options: RequestInit) => {
    const answer = answers.shift();
    if (answer instanceof Error || !answer) throw answer ?? new Error("asked too often");
    return answer;
  });
  vi.stubGlobal("fetch", asked);
  const session = await import("../src/api/session.ts");
  return { session, asked };
}

beforeEach(() => {
  kept.clear();
  vi.stubGlobal("localStorage", localStorage);
  // Without locks a page asks no other tab: those of earlier tests are still there.
  vi.stubGlobal("navigator", {});
});
afterEach(() => void vi.unstubAllGlobals());

test("a stranger's visit asks nothing", async () => {
  const { session, asked } = await page();

  expect(await session.startSession()).toEqual({ status: "out" });
  expect(asked).not.toHaveBeenCalled();
});

test("who was logged in here is logged in again by one refresh, with an empty object and keepalive", async () => {
  kept.set("payshift.signed-in", "7");
  const { session, asked } = await page(tokens("a"));

  expect(await session.startSession()).toEqual({ status: "in", userId: 7 });
  expect(session.accessToken()).toBe("a");
  expect(asked).toHaveBeenCalledOnce();
  expect(asked.mock.calls[0]?.[1]).toMatchObject({ body: "{}", keepalive: true });
});

test("many requests refused at once make one refresh", async () => {
  kept.set("payshift.signed-in", "7");
  const { session, asked } = await page(tokens("a"), tokens("b"));
  await session.startSession();

  const fresh = await Promise.all(Array.from({ length: 8 }, () => session.renewed("a")));

  expect(new Set(fresh)).toEqual(new Set(["b"]));
  expect(asked).toHaveBeenCalledTimes(2);
});

test("an answer that was lost on the way is asked for again", async () => {
  kept.set("payshift.signed-in", "7");
  const { session } = await page(problem(409, "token_rotated"), tokens("a"));

  expect(await session.startSession()).toMatchObject({ status: "in" });
});

test("an ended device is logged out and forgotten", async () => {
  kept.set("payshift.signed-in", "7");
  const { session } = await page(problem(401, "invalid_refresh_token"));

  expect(await session.startSession()).toEqual({ status: "out", reason: "ended" });
  expect(kept.size).toBe(0);
});

test("a ban says so", async () => {
  kept.set("payshift.signed-in", "7");
  const { session } = await page(problem(403, "banned"));

  expect(await session.startSession()).toEqual({ status: "out", reason: "banned" });
});

test("without a network the person of before may read what is kept", async () => {
  kept.set("payshift.signed-in", "7");
  const { session } = await page(new TypeError("Failed to fetch"));

  expect(await session.startSession()).toEqual({ status: "in", userId: 7 });
  expect(session.accessToken()).toBeNull();
});

test("whoever tries again after the server was busy asks again", async () => {
  kept.set("payshift.signed-in", "7");
  const { session } = await page(problem(503, "unavailable"), tokens("a"));

  await expect(session.startSession()).rejects.toMatchObject({ status: 503 });
  expect(await session.startSession()).toEqual({ status: "in", userId: 7 });
});

test("nothing that opens the account is in the storage", async () => {
  kept.set("payshift.signed-in", "7");
  const { session } = await page(tokens("the-access-token"));
  await session.startSession();

  expect([...kept.entries()]).toEqual([["payshift.signed-in", "7"]]);
});

test("log-out is heard in the other tabs", async () => {
  kept.set("payshift.signed-in", "7");
  const { session } = await page(tokens("a"));
  await session.startSession();
  const heard: unknown[] = [];
  const other = new BroadcastChannel("payshift");
  other.onmessage = (event: { data: unknown }) => void heard.push(event.data);

  session.signedOut();
  await vi.waitFor(() => expect(heard).toContainEqual({ kind: "out" }));
  other.close();
});
