/** Reads of the first screen that begin while the app's own code is still on its way (`app/early.ts`). */

import { api, body } from "./client";
import { onSession } from "./session";

/** What took longer to be asked for is asked again: nobody was told of changes meanwhile. */
const YOUNG_MS = 10_000;

function ahead<T>(read: () => Promise<T>) {
  let begun: { answer: Promise<T>; at: number } | undefined;
  // Another person, or nobody: it is no longer theirs to see.
  onSession(() => {
    begun = undefined;
  });
  return {
    begin(): Promise<T> {
      const answer = read();
      // Whoever takes it is told; nobody may.
      answer.catch(() => undefined);
      begun = { answer, at: Date.now() };
      return answer;
    },
    /** The answer that is on its way, once; else one is asked for. */
    take(): Promise<T> {
      const first = begun;
      begun = undefined;
      return first && Date.now() - first.at < YOUNG_MS ? first.answer : read();
    },
  };
}

export const me = ahead(() => body(api.GET("/api/me")));
export const home = ahead(() => body(api.GET("/api/home")));
