import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Form, text } from "@/api/form";
import { useMe } from "@/api/queries/me";
import { answerReview, givenReviews, receivedReviews, reviewKeys } from "@/api/queries/reviews";
import type { Review } from "@/api/types";
import { Avatar } from "@/ui/avatar";
import { Empty } from "@/ui/empty";
import { TextArea } from "@/ui/field";
import { List } from "@/ui/list";
import { Moment } from "@/ui/moment";
import { Card, Page } from "@/ui/page";
import { useWords } from "@/ui/words";
import { ReviewTabs } from "./tabs";
import { reviewWords } from "./words";

const route = getRouteApi("/members/reviews/$userId");

export function Reviews() {
  const words = useWords(reviewWords);
  const { userId } = route.useParams();
  const { given } = route.useSearch();
  const received = useInfiniteQuery({ ...receivedReviews(userId), enabled: !given });
  const written = useInfiniteQuery({ ...givenReviews(userId), enabled: given === true });
  return (
    <Page title={words.title}>
      <ReviewTabs userId={userId} shown={given ? "given" : "received"} />
      <List
        query={given ? written : received}
        label={given ? words.given : words.received}
        keyOf={(review) => review.id}
        row={(review) => <Row review={review} given={given === true} />}
        empty={<Empty title={words.none}>{words.noneText}</Empty>}
      />
    </Page>
  );
}

function Row({ review, given }: { review: Review; given: boolean }) {
  const words = useWords(reviewWords);
  const me = useMe();
  const queries = useQueryClient();
  const person = given ? review.reviewed : review.reviewer;
  return (
    <Card className="grid gap-3">
      <div className="flex items-center gap-3">
        <Avatar name={person.name} url={person.avatar_url} />
        <div className="min-w-0">
          <p className="font-medium">{given ? words.of(person.name) : person.name}</p>
          <p className="text-sm text-soft">
            {review.job_title} · <Moment at={review.created_at} relative />
          </p>
        </div>
        <p className="ms-auto whitespace-nowrap text-lg font-bold">★ {review.rating}</p>
      </div>
      {review.comment && <p className="whitespace-pre-line">{review.comment}</p>}
      {review.response && (
        <div className="border-s-4 border-line ps-3">
          <p className="text-sm text-soft">{words.answered}</p>
          <p className="whitespace-pre-line">{review.response}</p>
        </div>
      )}
      {!review.response && review.reviewed.id === me.id && (
        <details>
          <summary className="leading-8 font-medium text-action">{words.answer}</summary>
          <div className="pt-3">
            <Form
              send={(fields) => answerReview(review.id, text(fields, "response"))}
              done={() => queries.invalidateQueries({ queryKey: reviewKeys.all })}
              submit={words.sendAnswer}
            >
              <TextArea name="response" label={words.answer} hint={words.answerHint} maxLength={2000} required />
            </Form>
          </div>
        </details>
      )}
    </Card>
  );
}
