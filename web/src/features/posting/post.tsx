import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useRouter } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { clientJobChanged, clientJobQuery } from "@/api/queries/client-jobs";
import { postJob, type Terms } from "@/api/queries/posting";
import type { Template } from "@/api/queries/templates";
import { Page } from "@/ui/page";
import { Skeleton } from "@/ui/skeleton";
import { toast } from "@/ui/toast";
import { useWords } from "@/ui/words";
import { JobForm } from "./job-form";
import { templateWords } from "./template-words";
import { KeepTemplate, Templates } from "./templates";
import { startOf, termsOf } from "./terms";
import { postingWords } from "./words";

const route = getRouteApi("/members/clients/post");

export function PostJob() {
  const { again } = route.useSearch();
  return again ? <PostAgain id={again} /> : <Posting start={{}} />;
}

/** An earlier job's terms without its days: those are chosen anew. */
function PostAgain({ id }: { id: number }) {
  const words = useWords(postingWords);
  const { data } = useQuery(clientJobQuery(id));
  if (!data) {
    return (
      <Page title={words.again}>
        <Skeleton height="h-32" />
      </Page>
    );
  }
  const { date: _, end_date: __, ...start } = termsOf(data.job);
  return <Posting key={id} start={start} again />;
}

function Posting({ start: first, again = false }: { start: Partial<Terms>; again?: boolean }) {
  const words = useWords(postingWords);
  const keeping = useWords(templateWords);
  const around = useRef<HTMLDivElement>(null);
  const [start, setStart] = useState(first);
  const [filledIn, setFilledIn] = useState(0);
  const queries = useQueryClient();
  const router = useRouter();

  function fillIn(template: Template): void {
    setStart(startOf(template));
    setFilledIn(filledIn + 1);
    toast(keeping.filled(template.name), "gain");
  }

  return (
    <Page title={again ? words.again : words.title} aside={!again && <Templates onChosen={fillIn} />}>
      <div ref={around} className="grid gap-4">
        <JobForm
          key={filledIn}
          start={start}
          send={postJob}
          submit={words.send}
          done={async (job) => {
            // The job says itself what is next: a word at the edge of a phone would cover the button that pays.
            await clientJobChanged(queries, job.id);
            await router.navigate({ to: "/client/jobs/$jobId", params: { jobId: job.id } });
          }}
        />
        <KeepTemplate form={() => around.current?.querySelector("form") ?? null} start={start} />
      </div>
    </Page>
  );
}
