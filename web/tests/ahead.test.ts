import { afterEach, beforeEach, expect, test, vi } from "vitest";

const ME = { id: 7, role: "client" };

function tokens(user_id: number) {
  return {
    access_token: `of ${user_id}`,
    access_expires_at: "2026-03-01T09:15:00Z",
    refresh_token: null,
    refresh_expires_at: "2026-03-31T09:00:00Z",
    token_type: "Bearer" as const,
    user_id,
    device_id: 1,
  };
}

/** A page of somebody who is logged in, whose reads are answered in turn. */
async function page(...answers: Array<Response | Error>) {
  vi.resetModules();
  const asked = vi.fn(async (request: Request) => {
    const answer = answers.shift();
    if (answer instanceof Error || !answer) throw answer ?? new Error("asked too often");
    return request.url.endsWith("/api/me") ? answer : Promise.reject(new Error(request.url));
  });
  vi.stubGlobal("fetch", asked);
  vi.stubGlobal("location", { origin: "https://app.example" });
  const session = await import("../src/api/session.ts");
  session.signedIn(tokens(7));
  const { me } = await import("../src/api/ahead.ts");
  return { me, session, asked };
}

beforeEach(() => {
  vi.stubGlobal("navigator", {});
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("what was asked ahead is taken once, and then asked for again", async () => {
  const { me, asked } = await page(Response.json(ME), Response.json({ ...ME, role: "applicant" }));
  void me.begin();

  expect(await me.take()).toEqual(ME);
  expect(asked).toHaveBeenCalledOnce();
  expect(await me.take()).toMatchObject({ role: "applicant" });
  expect(asked).toHaveBeenCalledTimes(2);
});

test("what failed ahead fails for whoever takes it, and not for the page", async () => {
  const { me } = await page(new TypeError("Failed to fetch"), Response.json(ME));
  void me.begin();
  await new Promise((resolve) => setTimeout(resolve));

  await expect(me.take()).rejects.toThrow("No answer");
  expect(await me.take()).toEqual(ME);
});

test("what is older than a moment is asked for again: nobody was told of changes meanwhile", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  const { me } = await page(Response.json(ME), Response.json({ ...ME, role: "applicant" }));
  void me.begin();
  vi.advanceTimersByTime(10_000);

  expect(await me.take()).toMatchObject({ role: "applicant" });
});

test("whoever logged out in between takes nothing of what was theirs", async () => {
  const { me, session, asked } = await page(Response.json(ME), Response.json({ ...ME, id: 8 }));
  void me.begin();
  session.signedOut();
  session.signedIn(tokens(8));

  expect(await me.take()).toMatchObject({ id: 8 });
  expect(asked).toHaveBeenCalledTimes(2);
});
