import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useRouter } from "@tanstack/react-router";
import { clientJobChanged, clientJobQuery } from "@/api/queries/client-jobs";
import { postJob, type Terms } from "@/api/queries/posting";
import { Page } from "@/ui/page";
import { Skeleton } from "@/ui/skeleton";
import { useWords } from "@/ui/words";
import { JobForm } from "./job-form";
import { termsOf } from "./terms";
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
  return <Posting start={start} again />;
}

function Posting({ start, again = false }: { start: Partial<Terms>; again?: boolean }) {
  const words = useWords(postingWords);
  const queries = useQueryClient();
  const router = useRouter();
  return (
    <Page title={again ? words.again : words.title}>
      <JobForm
        start={start}
        send={postJob}
        submit={words.send}
        done={async (job) => {
          // The job says itself what is next: a word at the edge of a phone would cover the button that pays.
          await clientJobChanged(queries, job.id);
          await router.navigate({ to: "/client/jobs/$jobId", params: { jobId: job.id } });
        }}
      />
    </Page>
  );
}
