import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useRouter } from "@tanstack/react-router";
import { useState } from "react";
import { Form, text } from "@/api/form";
import { jobQuery } from "@/api/queries/jobs";
import { useMe } from "@/api/queries/me";
import { profileQuery } from "@/api/queries/people";
import { reviewKeys, writeReview } from "@/api/queries/reviews";
import { Choice, TextArea } from "@/ui/field";
import { Page } from "@/ui/page";
import { Skeleton } from "@/ui/skeleton";
import { toast } from "@/ui/toast";
import { useWords } from "@/ui/words";
import { reviewWords } from "./words";

const route = getRouteApi("/members/reviews/new");

/** About a job: of its client when a worker writes, of the worker named in the address when the client does. */
export function WriteReview() {
  const words = useWords(reviewWords);
  const { job: jobId, person } = route.useSearch();
  const { data: job } = useQuery(jobQuery(jobId));
  const reviewedId = person ?? job?.client.id;
  const { data: reviewed } = useQuery({ ...profileQuery(reviewedId ?? 0), enabled: reviewedId !== undefined });
  const me = useMe();
  const queries = useQueryClient();
  const router = useRouter();
  const [rating, setRating] = useState<keyof typeof words.stars>("5");
  if (!job || !reviewed) {
    return (
      <Page title={words.write}>
        <Skeleton rows={2} />
      </Page>
    );
  }
  return (
    <Page title={words.write}>
      <p>
        {words.of(reviewed.name)}, {job.title}
      </p>
      <Form
        send={(fields) =>
          writeReview({
            job_id: job.id,
            reviewed_id: reviewed.id,
            rating: Number(rating),
            comment: text(fields, "comment"),
          })
        }
        done={async () => {
          toast(words.sent, "gain");
          await queries.invalidateQueries({ queryKey: reviewKeys.all });
          await router.navigate({ to: "/reviews/$userId", params: { userId: me.id }, search: { given: true } });
        }}
        submit={words.send}
      >
        <Choice
          label={words.rating}
          name="rating"
          value={rating}
          onChange={setRating}
          options={(["5", "4", "3", "2", "1"] as const).map((stars) => [stars, words.stars[stars]] as const)}
        />
        <TextArea name="comment" label={words.comment} maxLength={2000} optional />
      </Form>
    </Page>
  );
}
