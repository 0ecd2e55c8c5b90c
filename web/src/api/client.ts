/** The one way to the API: typed by its document, with the token, an id per request, and refusals as errors. */

import createClient from "openapi-fetch";
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

export const api = createClient<paths>({ baseUrl: location.origin, fetch: send });

api.use({
  onRequest({ request }) {
    request.headers.set("X-Request-ID", crypto.randomUUID());
    return request;
  },
  async onResponse({ response }) {
    if (response.ok) return undefined;
    const error = await problemOf(response);
    if (error.code === "banned") signedOut("banned");
    throw error;
  },
});

/** The body of an answer; whatever is no 2xx was thrown by then. */
export async function body<T>(answer: Promise<{ data?: T }>): Promise<T> {
  return (await answer).data as T;
}
