import { readFileSync } from "node:fs";
import { expect, test, vi } from "vitest";
import { PROBLEM_WORDS } from "../src/api/problems.ts";
import { explain, mayRetry, NoAnswerError, numberOf, type ProblemError, problemOf } from "../src/api/refusals.ts";
import { fieldProblems } from "../src/api/refused-fields.ts";

async function refused(body: object, status: number, headers: Record<string, string> = {}): Promise<ProblemError> {
  return problemOf(Response.json({ status, detail: "", title: "", type: "", ...body }, { status, headers }));
}

test("every code of the document has words, and no other", () => {
  const document = JSON.parse(readFileSync("../openapi.json", "utf8"));
  expect(Object.keys(PROBLEM_WORDS).sort()).toEqual([...document.components.schemas.ProblemCode.enum].sort());
});

test("words, not codes, and how long to wait", async () => {
  expect(explain(await refused({ code: "job_full" }, 409))).toBe("All places of this job are taken.");
  const tooMany = await refused({ code: "too_many_requests" }, 429, { "Retry-After": "240" });
  expect(explain(tooMany)).toContain("4 min");
  const aDay = await refused({ code: "too_many_requests" }, 429, { "Retry-After": "86400" });
  expect(explain(aDay)).toContain("24 h");
  const away = await refused({ code: "unavailable", request_id: "9a1c-76" }, 503, { "Retry-After": "5" });
  expect(explain(away)).toMatch(/Try again\. \(5 s\) .*quote 9a1c-76$/);
});

test("a failure of the server is said with the number to quote, a refusal without", async () => {
  const failed = await refused({ code: "internal_error", request_id: "9a1c-77" }, 500);
  expect(explain(failed)).toMatch(/quote 9a1c-77$/);
  expect(numberOf(failed)).toBe("9a1c-77");
  const full = await refused({ code: "job_full", request_id: "9a1c-78" }, 409);
  expect([explain(full), numberOf(full), numberOf(new Error("lost"))]).toEqual([
    "All places of this job are taken.",
    "",
    "",
  ]);
});

test("what a proxy answers is a problem as well", async () => {
  const error = await problemOf(new Response("<html>Bad gateway</html>", { status: 502 }));
  expect([error.status, error.code]).toEqual([502, "unavailable"]);
});

test("where the words cannot be loaded, the server's own sentence is said", async () => {
  vi.resetModules();
  vi.doMock("../src/api/problems.ts", () => {
    throw new Error("The chunk is gone: there is another release.");
  });
  const { explain, problemOf } = await import("../src/api/refusals.ts");
  const error = await problemOf(Response.json({ code: "job_full", detail: "The job is full.", status: 409 }));
  expect(explain(error)).toBe("The job is full.");
  vi.doUnmock("../src/api/problems.ts");
});

test("fields have their first problem under their own name", async () => {
  const error = await refused(
    {
      code: "invalid_input",
      errors: [
        { field: "body.terms.rate_kobo", code: "greater_than_equal", message: "At least 100." },
        { field: "rate_kobo", code: "other", message: "Second." },
        { field: "new_password", code: "weak_password", message: "Too common." },
      ],
    },
    422,
  );
  expect(fieldProblems(error)).toEqual({
    rate_kobo: "At least 100.",
    new_password: PROBLEM_WORDS.weak_password,
  });
});

test("only what may have been nothing is asked again", async () => {
  expect(mayRetry(new NoAnswerError("lost"))).toBe(true);
  expect(mayRetry(await refused({ code: "busy" }, 409))).toBe(true);
  expect(mayRetry(await refused({ code: "unavailable" }, 503))).toBe(true);
  expect(mayRetry(await refused({ code: "not_found" }, 404))).toBe(false);
  expect(mayRetry(await refused({ code: "internal_error" }, 500))).toBe(false);
});

test("in Pidgin a refusal is said in Pidgin, and in English where it has no words for it", async () => {
  vi.resetModules();
  vi.stubGlobal("document", { documentElement: {} });
  const { chooseLanguage } = await import("../src/ui/language.ts");
  const { explain, problemOf } = await import("../src/api/refusals.ts");
  const said = async (code: string) => explain(await problemOf(Response.json({ code }, { status: 409 })));
  await chooseLanguage("pcm");

  expect(await said("job_full")).toBe("Space don full for this work.");
  expect(await said("provider_holds_less")).toBe(PROBLEM_WORDS.provider_holds_less);
  await chooseLanguage("en");
  expect(await said("job_full")).toBe(PROBLEM_WORDS.job_full);
  vi.unstubAllGlobals();
});

test("a refusal that the server foretells is said in the chosen language, and in English where it has no words there", async () => {
  vi.resetModules();
  vi.stubGlobal("document", { documentElement: {} });
  const { chooseLanguage } = await import("../src/ui/language.ts");
  const { foretold } = await import("../src/api/refused-fields.ts");
  expect(await foretold("job_full")).toBe("All places of this job are taken.");
  await chooseLanguage("pcm");

  expect(await foretold("job_full")).toBe("Space don full for this work.");
  expect(await foretold("float_exceeded")).toMatch(/^The platform's own account/);
  vi.unstubAllGlobals();
});
