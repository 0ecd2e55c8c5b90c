/** The one way to the API: typed by its document, with the token, an id per request, and refusals as errors.

    The types are openapi-fetch's. Its code does more than this app asks for, and would be a fiftieth of the first screen. */

import type { Client } from "openapi-fetch";
import { NoAnswerError, problemOf } from "./refusals";
import type { paths } from "./schema";
import { accessToken, renewed, signedOut } from "./session";

/** Operations that no token belongs to: a 401 of theirs is about the password, not about the session. */
const PUBLIC = /^\/api\/auth\/(signup|verify|otp|login|refresh|password-reset(\/confirm)?)$/;

async function send(request: Request): Promise<Response> {
  if (PUBLIC.test(new URL(request.url).pathname)) return answered(request);
  const token = accessToken() ?? (await renewed(null));
  // A body can be read once: the copy is for a second try with a new token.
  const again = request.clone();
  const first = await answered(authorized(request, token));
  if (first.status !== 401) return first;
  const fresh = await renewed(token);
  return fresh ? answered(authorized(again, fresh)) : first;
}

function authorized(request: Request, token: string | null): Request {
  if (token) request.headers.set("Authorization", `Bearer ${token}`);
  return request;
}

async function answered(request: Request): Promise<Response> {
  return fetch(request).catch((error: unknown) => {
    if (request.signal.aborted) throw error;
    throw new NoAnswerError(error);
  });
}

type Values = Record<string, unknown>;
type Init = { params?: { path?: Values; query?: Values; header?: Record<string, string> }; body?: unknown };

function address(path: string, { path: places = {}, query = {} }: NonNullable<Init["params"]>): URL {
  const url = new URL(
    path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(places[name]))),
    location.origin,
  );
  for (const [name, value] of Object.entries(query)) {
    for (const one of [value].flat()) if (one !== undefined && one !== null) url.searchParams.append(name, String(one));
  }
  return url;
}

type Answer = { data: unknown; response: Response };
const underWay = new Map<string, Promise<Answer>>();

/** A write that is on its way is not sent again: two taps of whatever button, however quick, have one answer. */
function ask(method: string, path: string, init: Init = {}): Promise<Answer> {
  if (method === "GET" || init.body instanceof FormData) return sent(method, path, init);
  const what = JSON.stringify([method, path, init]);
  const answer = underWay.get(what) ?? sent(method, path, init).finally(() => underWay.delete(what));
  underWay.set(what, answer);
  return answer;
}

async function sent(method: string, path: string, { params = {}, body }: Init): Promise<Answer> {
  const headers = new Headers({ ...params.header, "X-Request-ID": crypto.randomUUID() });
  const isFile = body instanceof FormData;
  if (body !== undefined && !isFile) headers.set("Content-Type", "application/json");
  const told = body === undefined || isFile ? body : JSON.stringify(body);
  const response = await send(new Request(address(path, params), { method, headers, body: told ?? null }));
  if (!response.ok) {
    const error = await problemOf(response);
    if (error.code === "banned") signedOut("banned");
    throw error;
  }
  const text = await response.text();
  return { data: text ? JSON.parse(text) : undefined, response };
}

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;
type Api = Pick<Client<paths>, (typeof METHODS)[number]>;

export const api = Object.fromEntries(
  METHODS.map((method) => [method, (path: string, init?: Init) => ask(method, path, init)]),
) as unknown as Api;

/** The body of an answer; whatever is no 2xx was thrown by then. */
export async function body<T>(answer: Promise<{ data?: T }>): Promise<T> {
  return (await answer).data as T;
}
