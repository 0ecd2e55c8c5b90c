/** Reads and writes of the screens, and what happens to their errors in one place. */

import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { forgetAnswers, keepAnswers, restoreAnswers } from "./kept";
import { homeKeys } from "./queries/home";
import { isProblem, mayRetry, ProblemError, say } from "./refusals";
import { onSession, rememberedUser, sessionState } from "./session";

declare module "@tanstack/react-query" {
  interface Register {
    queryMeta: { keep?: boolean; quiet?: boolean };
    mutationMeta: { quiet?: boolean };
  }
}

const READ_TRIES = 3;

/** A form shows its own problems and says `quiet`. */
function sayUnlessLoggedOut(error: unknown): void {
  if (isProblem(error) && error.status === 401) return; // the guard leads to the log-in
  say(error);
}

export const queries = new QueryClient({
  queryCache: new QueryCache({
    onError(error, query) {
      // A first read that failed is said by the screen itself; a re-read that failed leaves an old answer there.
      // Without a network every one fails, and the top of the screen says so.
      if (!query.meta?.quiet && query.state.data !== undefined && navigator.onLine) sayUnlessLoggedOut(error);
    },
  }),
  mutationCache: new MutationCache({
    // The first screen counts what waits, and nearly every step changes a number of it.
    onSuccess: () => queries.invalidateQueries({ queryKey: homeKeys.all }),
    onError(error, _values, _result, mutation) {
      if (!mutation.meta?.quiet) sayUnlessLoggedOut(error);
    },
  }),
  defaultOptions: {
    queries: {
      // Long enough for a screen not to ask again for what its route just loaded, and no longer: the other side of a
      // shift acts meanwhile, and an answer that did not change costs a 304.
      staleTime: 5_000,
      gcTime: 10 * 60_000,
      networkMode: "offlineFirst",
      retry: (count, error) => count < READ_TRIES && navigator.onLine && mayRetry(error),
      retryDelay: (count, error) =>
        error instanceof ProblemError && error.retryAfter ? error.retryAfter * 1000 : 400 * 2 ** count,
      throwOnError: (_error, query) => query.state.data === undefined,
    },
    mutations: { retry: false, networkMode: "always" },
  },
});

function user(): number | null {
  const state = sessionState();
  return state.status === "in" ? state.userId : rememberedUser();
}

keepAnswers(queries, user);
onSession((state) => {
  if (state.status === "out") void forgetAnswers(queries);
});

export function restoreKept(userId: number): Promise<void> {
  return restoreAnswers(queries, userId);
}
