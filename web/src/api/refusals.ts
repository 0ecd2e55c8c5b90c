/** Refusals of the API as errors, and what each says to a person. */

import { language, wordsNow } from "@/ui/language";
import { toast } from "@/ui/toast";
import { uiWords } from "@/ui/ui-words";
import type { components } from "./schema";

export type Problem = components["schemas"]["Problem"];

let words: Readonly<Record<string, string>> = {};

/** The app's own words for a code, once they are loaded. */
export function wordsOf(code: string): string | undefined {
  return words[code];
}

/** Where they cannot be had, the server's own sentence stands for them. */
export async function loadWords(): Promise<void> {
  const [english, others] = await Promise.all([
    import("./problems").then(({ PROBLEM_WORDS }) => PROBLEM_WORDS).catch(() => words),
    language() === "pcm" && import("./problems.pcm").then(({ PIDGIN_WORDS }) => PIDGIN_WORDS).catch(() => ({})),
  ]);
  words = { ...english, ...others };
}

/** A refusal by the API: the status, the problem document, and how long to wait where it says so. */
export class ProblemError extends Error {
  readonly problem: Problem;
  readonly retryAfter: number | null;

  constructor(problem: Problem, retryAfter: number | null) {
    super(problem.detail);
    this.name = "ProblemError";
    this.problem = problem;
    this.retryAfter = retryAfter;
  }

  get code(): Problem["code"] {
    return this.problem.code;
  }

  get status(): number {
    return this.problem.status;
  }
}

/** No answer came: no network, or it was lost on the way. Whether the request was carried out is not known. */
export class NoAnswerError extends Error {
  constructor(cause: unknown) {
    super("No answer", { cause });
    this.name = "NoAnswerError";
  }
}

/** What a proxy in front of the API answers is no problem document. */
export async function problemOf(response: Response): Promise<ProblemError> {
  const header = response.headers.get("Retry-After");
  const retryAfter = header && /^\d+$/.test(header) ? Number(header) : null;
  const [body] = await Promise.all([response.json().catch(() => null) as Promise<unknown>, loadWords()]);
  if (body && typeof body === "object" && "code" in body) return new ProblemError(body as Problem, retryAfter);
  const code = response.status === 503 || response.status === 502 ? "unavailable" : "internal_error";
  return new ProblemError(
    {
      type: "about:blank",
      title: "",
      status: response.status,
      detail: "",
      code,
      errors: [],
      request_id: "",
    } as Problem,
    retryAfter,
  );
}

export function isProblem(error: unknown, ...codes: Problem["code"][]): error is ProblemError {
  return error instanceof ProblemError && (codes.length === 0 || codes.includes(error.code));
}

/** What support finds a failure of the server's by, in its log; empty where there is none. */
export function numberOf(error: unknown): string {
  return (isProblem(error) && error.status >= 500 && error.problem.request_id) || "";
}

/** What happened, in a sentence for a person; of a failure of the server's with the number to quote. */
export function explain(error: unknown): string {
  if (error instanceof NoAnswerError) return wordsNow(uiWords).noAnswer;
  if (!(error instanceof ProblemError)) return wordsNow(uiWords).failedInApp;
  let said = words[error.code] ?? error.problem.detail;
  if (error.retryAfter && [429, 503].includes(error.status)) said += ` (${waiting(error.retryAfter)})`;
  const number = numberOf(error);
  return number ? `${said} ${wordsNow(uiWords).quote(number)}` : said;
}

/** At the edge of the screen: in passing, or until it is closed where there is a number to quote. */
export function say(error: unknown): void {
  toast(explain(error), "harm", numberOf(error));
}

export function waiting(seconds: number): string {
  if (seconds < 90) return `${seconds} s`;
  return seconds < 90 * 60 ? `${Math.ceil(seconds / 60)} min` : `${Math.ceil(seconds / 3600)} h`;
}

/** Whether the same read may be asked again: it never reached the server, or the server said to come back. */
export function mayRetry(error: unknown): boolean {
  if (error instanceof NoAnswerError) return true;
  return isProblem(error) && (error.code === "busy" || error.status === 429 || error.status === 503);
}
