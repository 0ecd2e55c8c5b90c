/** Paying once: the key of an intended payment is on the disk before the request leaves, and stays until an answer is
    there that the server keeps. A double tap, a reload and a lost answer then repeat the same payment. */

import { isProblem, NoAnswerError, ProblemError } from "./refusals";
import { read, remove, write } from "./store";
import { alone } from "./tabs";

type Intent = { key: string; print: string; at: number };

/** The server forgets keys after seven days; an older one would be a new payment under an old name. */
const KEPT_MS = 6 * 24 * 3600 * 1000;
const TRIES = 4;
const SECRETS = new Set(["password", "code", "second_factor_code"]);

/** Send a money POST under the key of its purpose. Tries again by itself while no answer says what happened. */
export function payOnce<T>(purpose: string, body: object, send: (key: string) => Promise<T>): Promise<T> {
  // Two tabs with the same form open are one intention.
  return alone(`payshift-money-${purpose}`, async () => {
    const intent = await intended(purpose, await print(body));
    for (let left = TRIES; ; left -= 1) {
      try {
        const answer = await send(intent.key);
        await remove("money", purpose);
        return answer;
      } catch (error) {
        if (isKept(error)) await remove("money", purpose);
        const wait = waitBefore(error);
        if (wait === null || left <= 1) throw error;
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    }
  });
}

async function intended(purpose: string, print: string): Promise<Intent> {
  const kept = await read<Intent>("money", purpose);
  if (kept && kept.print === print && Date.now() - kept.at < KEPT_MS) return kept;
  const intent = { key: crypto.randomUUID(), print, at: Date.now() };
  await write("money", purpose, intent);
  return intent;
}

/** What tells one intention from another. Passwords and codes stay out: even their hash is nothing to keep. */
async function print(body: object): Promise<string> {
  const told = Object.entries(body)
    .filter(([name]) => !SECRETS.has(name))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(JSON.stringify(told)));
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Whether the server keeps this answer under the key: another intention then needs another key. */
function isKept(error: unknown): boolean {
  if (!(error instanceof ProblemError)) return false;
  if (error.code === "busy" || error.code === "idempotency_key_in_flight") return false;
  return [403, 404, 409].includes(error.status) || error.code === "idempotency_key_reused";
}

function waitBefore(error: unknown): number | null {
  if (error instanceof NoAnswerError) return 1500;
  if (isProblem(error, "busy", "idempotency_key_in_flight")) return 1000;
  if (isProblem(error) && error.status >= 500) return (error.retryAfter ?? 2) * 1000;
  return null;
}
