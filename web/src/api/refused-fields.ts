/** What forms say of refusals beside what they are about: at a field, and before anything was sent. No first screen needs it. */

import { loadWords, type Problem, ProblemError, wordsOf } from "./refusals";

/** What a refusal that the server foretells would say, in the language that is chosen. */
export async function foretold(code: Problem["code"]): Promise<string> {
  await loadWords();
  return wordsOf(code) ?? "";
}

/** What the server said about each field, by the field's own name: `terms.rate_kobo` belongs to `rate_kobo`. */
export function fieldProblems(error: unknown): Record<string, string> {
  if (!(error instanceof ProblemError)) return {};
  const fields: Record<string, string> = {};
  for (const { field, code, message } of error.problem.errors ?? []) {
    const name = field.split(".").at(-1) ?? field;
    fields[name] ??= wordsOf(code) ?? message;
  }
  return fields;
}
