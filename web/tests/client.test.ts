import "fake-indexeddb/auto";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

const kept = new Map<string, string>();
const IN_AN_HOUR = new Date(Date.now() + 3600_000).toISOString();

function tokens(access: string): Response {
  return Response.json({ access_token: access, access_expires_at: IN_AN_HOUR, user_id: 7 });
}

function problem(status: number, code: string, headers: Record<string, string> = {}): Response {
  return Response.json({ code, status, title: "", detail: code, type: "", errors: [] }, { status, headers });
}

/** A fresh page that is logged in as 7 with the token "a"; then these answers. */
async function page(...answers: Array<Response | Error>) {
  vi.resetModules();
  const asked: Request[] = [];
  vi.stubGlobal("fetch", async (what: Request | string) => {
    asked.push(typeof what === "string" ? new Request(`http://app${what}`, { method: "POST" }) : what);
    const answer = answers.shift();
    if (answer instanceof Error || !answer) throw answer ?? new Error("asked too often");
    return answer;
  });
  const session = await import("../src/api/session.ts");
  session.signedIn({ access_token: "a", access_expires_at: IN_AN_HOUR, user_id: 7 } as Parameters<
    typeof session.signedIn
  >[0]);
  const { api, body } = await import("../src/api/client.ts");
  return { session, api, body, asked };
}

const sentWith = (asked: Request[]) =>
  asked.map(({ url, headers }) => [new URL(url).pathname, headers.get("Authorization")]);

beforeEach(() => {
  kept.clear();
  const localStorage = { getItem: (name: string) => kept.get(name) ?? null, setItem() {}, removeItem() {} };
  vi.stubGlobal("localStorage", localStorage);
  vi.stubGlobal("navigator", { onLine: true });
  vi.stubGlobal("location", { origin: "http://app" });
});
afterEach(() => void vi.unstubAllGlobals());

test("a request has the token and an id of its own, and is sent once more with a new token, body and all", async () => {
  const { api, body, asked } = await page(problem(401, "unauthenticated"), tokens("b"), Response.json({ job_id: 3 }));

  await expect(body(api.POST("/api/saved-jobs", { body: { job_id: 3 } }))).resolves.toEqual({ job_id: 3 });

  expect(sentWith(asked)).toEqual([
    ["/api/saved-jobs", "Bearer a"],
    ["/api/auth/refresh", null],
    ["/api/saved-jobs", "Bearer b"],
  ]);
  expect(await asked[2]?.json()).toEqual({ job_id: 3 });
  const [first, , second] = asked.map(({ headers }) => headers.get("X-Request-ID"));
  expect(first).toMatch(/^[0-9a-f-]{36}$/);
  expect(second).toBe(first);
});

test("what the new token is refused with too is a refusal, and asks no third time", async () => {
  const { api, asked } = await page(problem(401, "unauthenticated"), tokens("b"), problem(401, "unauthenticated"));

  await expect(api.GET("/api/me")).rejects.toMatchObject({ code: "unauthenticated", status: 401 });
  expect(asked).toHaveLength(3);
});

test.each(["POST", "PUT", "PATCH", "DELETE"] as const)(
  "a %s that is on its way is not sent again, and another one is",
  async (method) => {
    const { api, asked } = await page(...[1, 2, 3, 4].map(() => Response.json({ ok: true })));
    const write = api[method] as unknown as (path: string, init: object) => Promise<{ data?: unknown }>;
    const tap = (body: object) => write("/api/things/{id}", { params: { path: { id: 3 } }, body });

    const [first, second, other] = await Promise.all([tap({ a: 1 }), tap({ a: 1 }), tap({ a: 2 })]);
    expect(asked.map(({ method }) => method)).toEqual([method, method]);
    expect([first?.data, second?.data, other?.data]).toEqual([{ ok: true }, { ok: true }, { ok: true }]);

    // Later it is meant.
    await tap({ a: 1 });
    expect(asked).toHaveLength(3);
  },
);

test("two reads at once are two, and so are two that were refused one after the other", async () => {
  const { api, asked } = await page(
    ...[Response.json({}), Response.json({}), problem(409, "busy"), problem(409, "busy")],
  );

  await Promise.all([api.GET("/api/me"), api.GET("/api/me")]);
  const save = () => api.POST("/api/saved-jobs", { body: { job_id: 3 } });
  await expect(Promise.all([save(), save()])).rejects.toMatchObject({ code: "busy" });
  await expect(save()).rejects.toMatchObject({ code: "busy" });
  expect(asked).toHaveLength(4);
});

test("the 401 of a log-in is about the password: no token is sent with it, and none is renewed", async () => {
  const { api, asked, session } = await page(problem(401, "bad_credentials"));

  const answer = api.POST("/api/auth/login", { body: { email: "a@example.com", password: "x" } });
  await expect(answer).rejects.toMatchObject({ code: "bad_credentials" });

  expect(sentWith(asked)).toEqual([["/api/auth/login", null]]);
  expect(session.sessionState()).toEqual({ status: "in", userId: 7 });
});

test("a ban ends the session wherever it is heard, and any other refusal does not", async () => {
  const { api, session } = await page(problem(403, "wrong_role"), problem(403, "banned"));

  await expect(api.GET("/api/me")).rejects.toMatchObject({ code: "wrong_role" });
  expect(session.sessionState().status).toBe("in");
  await expect(api.GET("/api/me")).rejects.toMatchObject({ code: "banned" });
  expect(session.sessionState()).toEqual({ status: "out", reason: "banned" });
});

test("reads are repeated three times where that cannot harm, as late as the server says; writes never", async () => {
  const { api } = await page(
    problem(503, "unavailable", { "Retry-After": "7" }),
    problem(404, "not_found"),
    new Error(),
  );
  const { queries } = await import("../src/api/query-client.ts");
  const { queries: reads, mutations: writes } = queries.getDefaultOptions();
  const retry = reads?.retry as (count: number, error: Error) => boolean;
  const delay = reads?.retryDelay as (count: number, error: Error) => number;
  const failures = [1, 2, 3].map(() => api.GET("/api/me").catch((error: Error) => error));
  const [busy, missing, lost] = (await Promise.all(failures)) as [Error, Error, Error];

  expect([busy, missing, lost].map((error) => [0, 2, 3].map((count) => retry(count, error)))).toEqual([
    [true, true, false],
    [false, false, false],
    [true, true, false],
  ]);
  expect([delay(0, busy), delay(0, lost), delay(2, lost)]).toEqual([7000, 400, 1600]);
  expect(writes?.retry).toBe(false);
});

test("a saved job shows at once, and is put back when the server refuses", async () => {
  await page(Response.json({}), problem(409, "busy"));
  const { QueryClient } = await import("@tanstack/react-query");
  const { myPartQuery, saveJob } = await import("../src/api/queries/jobs.ts");
  const queries = new QueryClient();
  const { queryKey } = myPartQuery(3);
  const saved = () => queries.getQueryData(queryKey)?.saved;
  queries.setQueryData(queryKey, { saved: false } as never);

  const first = saveJob(queries, 3, true);
  expect(saved()).toBe(true);
  await first;
  expect(saved()).toBe(true);
  await expect(saveJob(queries, 3, false)).rejects.toMatchObject({ code: "busy" });
  expect(saved()).toBe(true);
});

test("a shift that was never opened opens from the list of the coming ones, and is asked for all the same", async () => {
  const { asked } = await page(Response.json({ id: 7, status: "checked_in" }));
  const { QueryObserver } = await import("@tanstack/react-query");
  const { queries } = await import("../src/api/query-client.ts");
  const { assignmentQuery, comingShifts } = await import("../src/api/queries/assignments.ts");
  const listed = { id: 7, status: "scheduled" };
  const coming = { pages: [{ items: [{ id: 6 }, listed], next_cursor: null }], pageParams: [""] };
  queries.setQueryData(comingShifts().queryKey, coming as never);

  const screen = new QueryObserver(queries, assignmentQuery(7));
  expect(screen.getCurrentResult().data).toBe(listed);
  const stop = screen.subscribe(() => {});

  await vi.waitFor(() => expect(screen.getCurrentResult().data).toEqual({ id: 7, status: "checked_in" }));
  expect(asked).toHaveLength(1);
  stop();
});
