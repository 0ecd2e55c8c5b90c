import { useQuery } from "@tanstack/react-query";
import { Link, type LinkProps } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { homeQuery, type WorkerHomeData } from "@/api/queries/home";
import { useMe } from "@/api/queries/me";
import { JobCard } from "@/features/jobs/job-card";
import { AssignmentTag } from "@/features/shifts/status";
import { buttonLook } from "@/ui/button";
import { Empty } from "@/ui/empty";
import { Icon } from "@/ui/icon";
import { Minutes, ShiftTime } from "@/ui/moment";
import { Money } from "@/ui/money";
import { Card, Page, ROW_OF_LIST, ROWS, Section } from "@/ui/page";
import { Bone, Skeleton } from "@/ui/skeleton";
import { useWords } from "@/ui/words";
import { homeWords } from "./words";

// Asked for on one day of many: the first screen does not wait for it.
const ConfirmPlace = lazy(() =>
  import("@/features/shifts/confirm-place").then((part) => ({ default: part.ConfirmPlace })),
);

type HomeShift = WorkerHomeData["shifts"][number];

/** What runs or comes next, what to do, what one has and what would suit: one read. */
export default function WorkerHome() {
  const words = useWords(homeWords);
  const me = useMe();
  const { data: home } = useQuery(homeQuery());
  return (
    <Page title={words.hello(me.first_name)}>
      <NextShift shifts={home?.worker?.shifts} />
      {home?.worker && <ToDo worker={home.worker} reviews={home.reviews_to_write} />}
      <Balance kobo={home?.balance_kobo} />
      <Matches matches={home?.worker?.matches} />
    </Page>
  );
}

function NextShift({ shifts }: { shifts: HomeShift[] | undefined }) {
  const words = useWords(homeWords);
  const running = shifts?.find((shift) => shift.status === "checked_in");
  const shift = running ?? shifts?.[0];
  return (
    <Section title={running ? words.now : words.next}>
      {!shifts && <Bone className="h-32" />}
      {shift && <ShiftLink shift={shift} />}
      {shifts
        ?.filter((each) => each.extra_time_minutes !== null && each !== shift)
        .map((each) => (
          <ShiftLink key={each.assignment_id} shift={each} />
        ))}
      <Suspense>
        {shifts
          ?.filter((each, place) => each.may_confirm && place === firstOf(shifts, each.application_id))
          .map((each) => (
            <ConfirmPlace key={each.assignment_id} applicationId={each.application_id} jobId={each.job_id}>
              {each !== shift && <ShiftLink shift={each} />}
            </ConfirmPlace>
          ))}
      </Suspense>
      {shifts?.length === 0 && (
        <Empty
          title={words.noShift}
          action={
            <Link to="/jobs" className={buttonLook("main")}>
              {words.find}
            </Link>
          }
        >
          {words.noShiftText}
        </Empty>
      )}
    </Section>
  );
}

/** A job of several shifts is confirmed once. */
function firstOf(shifts: HomeShift[], applicationId: number): number {
  return shifts.findIndex((each) => each.application_id === applicationId);
}

function ShiftLink({ shift }: { shift: HomeShift }) {
  const words = useWords(homeWords);
  return (
    <Link
      to="/assignments/$assignmentId"
      params={{ assignmentId: shift.assignment_id }}
      className="grid gap-2 rounded-lg border border-line bg-card p-4 hover:border-action"
    >
      <span className="flex flex-wrap items-start justify-between gap-2">
        <span className="min-w-0 text-lg font-medium">{shift.job_title}</span>
        <AssignmentTag status={shift.status} />
      </span>
      <span className="flex items-start gap-2">
        <Icon name="clock" className="size-5 text-soft" />
        <ShiftTime startsAt={shift.starts_at} endsAt={shift.ends_at} zone={shift.time_zone} />
      </span>
      <span className="flex items-start gap-2">
        <Icon name="pin" className="size-5 text-soft" />
        <span className="min-w-0">{shift.location}</span>
      </span>
      {shift.extra_time_minutes !== null && (
        <span className="font-medium text-action">
          {words.stayLonger} <Minutes minutes={shift.extra_time_minutes} />
        </span>
      )}
    </Link>
  );
}

/** Only what there is: a person with nothing to do reads nothing here. */
function ToDo({ worker, reviews }: { worker: WorkerHomeData; reviews: number }) {
  const words = useWords(homeWords);
  const all: { count: number; text: string; link: Pick<LinkProps, "to" | "search"> }[] = [
    {
      count: worker.minutes_to_accept,
      text: words.toAccept(worker.minutes_to_accept),
      link: { to: "/assignments", search: { past: true } },
    },
    { count: worker.open_invitations, text: words.invited(worker.open_invitations), link: { to: "/invitations" } },
    { count: reviews, text: words.toReview(reviews), link: { to: "/reviews/to-write" } },
    {
      count: worker.waiting_applications,
      text: words.waiting(worker.waiting_applications),
      link: { to: "/applications" },
    },
  ];
  const items = all.filter(({ count }) => count > 0);
  if (items.length === 0) return null;
  return (
    <Section title={words.toDo}>
      <ul className={ROWS}>
        {items.map(({ text, link }) => (
          <li key={text} className="border-t border-line first:border-t-0">
            <Link {...link} className={ROW_OF_LIST}>
              {text}
            </Link>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Balance({ kobo }: { kobo: number | undefined }) {
  const words = useWords(homeWords);
  const owes = kobo !== undefined && kobo < 0;
  return (
    <Card className="flex flex-wrap items-center justify-between gap-3">
      <div>
        <p className="text-soft">{owes ? words.owes : words.balance}</p>
        {kobo === undefined ? (
          <Bone className="h-8 w-40" />
        ) : (
          <Money kobo={Math.abs(kobo)} className="text-2xl font-bold max-md:text-sum" />
        )}
      </div>
      <div className="flex flex-wrap gap-2">
        {!owes && (
          <Link to="/wallet/withdraw" className={buttonLook(kobo ? "main" : "plain")}>
            {words.withdraw}
          </Link>
        )}
        <Link to="/wallet" className={buttonLook("quiet")}>
          {words.toWallet}
        </Link>
      </div>
    </Card>
  );
}

function Matches({ matches }: { matches: WorkerHomeData["matches"] | undefined }) {
  const words = useWords(homeWords);
  const why: Readonly<Record<string, string>> = words.why;
  return (
    <Section
      title={words.matches}
      aside={
        <Link to="/jobs" className="text-action underline">
          {words.all}
        </Link>
      }
    >
      {!matches && <Skeleton rows={3} height="h-40" />}
      {matches?.length === 0 && (
        <Empty
          title={words.noMatches}
          action={
            <Link to="/profile" className={buttonLook()}>
              {words.profile}
            </Link>
          }
        />
      )}
      <ul className="grid gap-3">
        {matches?.map((job) => (
          <li key={job.id}>
            <JobCard job={job} reasons={strongest(job.score_parts).map((part) => why[part] ?? part)} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** The reasons that count most, in points of the score. */
function strongest(parts: Readonly<Record<string, number>>): string[] {
  return Object.entries(parts)
    .filter(([, points]) => points >= 5)
    .sort(([, a], [, b]) => b - a)
    .slice(0, 3)
    .map(([part]) => part);
}
