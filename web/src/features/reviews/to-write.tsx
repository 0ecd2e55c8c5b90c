import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMe } from "@/api/queries/me";
import { reviewsToWrite } from "@/api/queries/reviews";
import { Avatar } from "@/ui/avatar";
import { buttonLook } from "@/ui/button";
import { Empty } from "@/ui/empty";
import { List } from "@/ui/list";
import { Moment } from "@/ui/moment";
import { Card, Page } from "@/ui/page";
import { useWords } from "@/ui/words";
import { ReviewTabs } from "./tabs";
import { reviewWords } from "./words";

/** Whom one has worked with and not reviewed yet. */
export function ReviewsToWrite() {
  const words = useWords(reviewWords);
  const me = useMe();
  const list = useInfiniteQuery(reviewsToWrite());
  return (
    <Page title={words.title}>
      <ReviewTabs userId={me.id} shown="toWrite" />
      <List
        query={list}
        label={words.toWrite}
        keyOf={({ job_id, person }) => `${job_id}-${person.id}`}
        row={({ job_id, job_title, person, until }) => (
          <Card className="flex flex-wrap items-center justify-between gap-3">
            <div className="flex min-w-0 items-center gap-3">
              <Avatar name={person.name} url={person.avatar_small_url} />
              <div className="min-w-0">
                <p className="font-medium">{person.name}</p>
                <p className="text-sm text-soft">
                  {job_title} · {words.until} <Moment at={until} />
                </p>
              </div>
            </div>
            <Link to="/reviews/new" search={{ job: job_id, person: person.id }} className={buttonLook()}>
              {words.write}
            </Link>
          </Card>
        )}
        empty={<Empty title={words.allWritten}>{words.noneText}</Empty>}
      />
    </Page>
  );
}
