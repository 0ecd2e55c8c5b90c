import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { itemsOf } from "@/api/lists";
import {
  type BestApplicant,
  bestApplicants,
  type ClientApplication,
  type ClientJob,
  clientJobChanged,
  decide,
} from "@/api/queries/client-jobs";
import { Avatar } from "@/ui/avatar";
import { Button, buttonLook } from "@/ui/button";
import { Empty } from "@/ui/empty";
import { Choice } from "@/ui/field";
import { Card } from "@/ui/page";
import { Skeleton } from "@/ui/skeleton";
import { Stars } from "@/ui/stars";
import { toast } from "@/ui/toast";
import { uiWords } from "@/ui/ui-words";
import { useWords } from "@/ui/words";
import { Confirmation } from "./confirmation";
import { Score } from "./score";
import { ApplicantTag } from "./status";
import { clientJobWords } from "./words";

/** Who waits comes first, best first with the reasons; below, everybody who was decided about. */
export function Applicants({ whole: { job, applications } }: { whole: ClientJob }) {
  const words = useWords(clientJobWords);
  const [order, setOrder] = useState<"best" | "all">("best");
  const waiting = applications.filter((one) => one.status === "applied");
  const decided = applications.filter((one) => one.status !== "applied");
  if (applications.length === 0) {
    return (
      <Empty
        title={words.noApplicants}
        action={
          job.status === "upcoming" && (
            <Link to="/client/workers" search={{ job: job.id }} className={buttonLook("main")}>
              {words.invite}
            </Link>
          )
        }
      >
        {job.status === "pending" ? words.unpaidApplicants : words.noApplicantsText}
      </Empty>
    );
  }
  return (
    <>
      {waiting.length > 1 && (
        <Choice
          label={words.order}
          name="order"
          value={order}
          onChange={setOrder}
          options={[
            ["best", words.best],
            ["all", words.all],
          ]}
        />
      )}
      {waiting.length > 0 &&
        (order === "best" ? (
          <Best jobId={job.id} count={waiting.length} />
        ) : (
          <ul className="grid gap-3">
            {waiting.map((one) => (
              <li key={one.id}>
                <Applicant application={one} />
              </li>
            ))}
          </ul>
        ))}
      {decided.length > 0 && (
        <ul className="grid gap-3">
          {decided.map((one) => (
            <li key={one.id}>
              <Applicant application={one} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function Best({ jobId, count }: { jobId: number; count: number }) {
  const words = useWords(uiWords);
  const list = useInfiniteQuery(bestApplicants(jobId));
  if (list.isPending) return <Skeleton rows={Math.min(count, 4)} height="h-32" />;
  return (
    <>
      <ol className="grid gap-3">
        {itemsOf(list.data).map((one) => (
          <li key={one.id}>
            <Applicant application={one} ranked={one} />
          </li>
        ))}
      </ol>
      {list.hasNextPage && (
        <Button busy={list.isFetchingNextPage} onClick={() => list.fetchNextPage()}>
          {words.more}
        </Button>
      )}
    </>
  );
}

/** Whoever stands by, or was declined by mistake, can still be hired while there are places. */
const DECIDABLE: readonly string[] = ["applied", "standing_by"];

type Shown = Pick<ClientApplication, "id" | "job_id" | "status" | "note" | "applicant">;

function Applicant({ application, ranked }: { application: Shown | ClientApplication; ranked?: BestApplicant }) {
  const words = useWords(clientJobWords);
  const { applicant } = application;
  return (
    <Card className="grid gap-3">
      <div className="flex items-start gap-3">
        <Avatar name={applicant.name} url={applicant.avatar_small_url} />
        <div className="min-w-0 grow">
          <div className="flex flex-wrap items-center justify-between gap-2">
            <Link
              to="/people/$userId"
              params={{ userId: applicant.id }}
              className="text-lg font-medium text-action underline"
            >
              {applicant.name}
            </Link>
            <ApplicantTag status={application.status} />
          </div>
          <p className="flex flex-wrap gap-x-3 text-sm text-soft">
            <Stars rating={applicant.rating} count={applicant.reviews_count} />
            <span>{applicant.approved_count > 0 ? words.shiftsDone(applicant.approved_count) : words.newcomer}</span>
            {applicant.reliability !== null && <span>{words.reliable(Math.round(applicant.reliability * 100))}</span>}
            {ranked && ranked.distance_km !== null && <span>{words.away(ranked.distance_km)}</span>}
          </p>
        </div>
      </div>
      {application.note && <p className="whitespace-pre-line">“{application.note}”</p>}
      {ranked && <Score ranked={ranked} />}
      {DECIDABLE.includes(application.status) && <Decision application={application} />}
      {application.status === "accepted" && "release_from" in application && <Confirmation application={application} />}
    </Card>
  );
}

function Decision({ application }: { application: Shown }) {
  const words = useWords(clientJobWords);
  const queries = useQueryClient();
  const { name } = application.applicant;
  const decision = useMutation({
    mutationFn: (what: "accept" | "reject") => decide(application.id, what),
    onSuccess: (_, what) => toast(what === "accept" ? words.accepted(name) : words.rejected(name), "gain"),
    // Also after a refusal: somebody withdrew, or the last place went to another.
    onSettled: () => clientJobChanged(queries, application.job_id),
  });
  return (
    <div className="flex flex-wrap gap-3">
      <Button
        look="main"
        busy={decision.isPending}
        aria-label={`${words.accept}: ${name}`}
        onClick={() => decision.mutate("accept")}
      >
        {words.accept}
      </Button>
      <Button
        busy={decision.isPending}
        aria-label={`${words.reject}: ${name}`}
        onClick={() => decision.mutate("reject")}
      >
        {words.reject}
      </Button>
    </div>
  );
}
