/** What is shown where a screen could not be: with a way on, and with what support needs to find it. */

import { useQueryClient } from "@tanstack/react-query";
import { type ErrorComponentProps, Link, useRouter } from "@tanstack/react-router";
import { explain, isProblem, NoAnswerError, numberOf, ProblemError } from "@/api/refusals";
import { Button, buttonLook } from "@/ui/button";
import { CopyButton } from "@/ui/copyable";
import { Page } from "@/ui/page";
import { useWords } from "@/ui/words";
import { Loading } from "./loading";
import { isReloading } from "./release";
import { appWords } from "./words";

export function RouteError({ error, reset }: ErrorComponentProps) {
  const words = useWords(appWords);
  const router = useRouter();
  const queries = useQueryClient();
  if (isReloading()) return <Loading />;
  if (isProblem(error, "not_found")) return <NotFound />;
  const known = error instanceof ProblemError || error instanceof NoAnswerError;

  function again() {
    // A query that failed keeps its error: without this the screen would fail again from memory.
    void queries.resetQueries({ predicate: (query) => query.state.status === "error" });
    reset();
    void router.invalidate();
  }

  return (
    <Page title={words.failed}>
      <p>{known ? explain(error) : words.failedInApp}</p>
      <div className="flex flex-wrap gap-3">
        <Button look="main" onClick={again}>
          {words.again}
        </Button>
        {numberOf(error) && <CopyButton text={numberOf(error)} />}
        {!known && <Button onClick={() => location.reload()}>{words.reload}</Button>}
      </div>
    </Page>
  );
}

export function NotFound() {
  const words = useWords(appWords);
  return (
    <Page title={words.notFound}>
      <p>{words.notFoundText}</p>
      <p>
        <Link to="/" className={buttonLook("main")}>
          {words.toHome}
        </Link>
      </p>
    </Page>
  );
}
