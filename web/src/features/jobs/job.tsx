import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { jobQuery, myPartQuery, saveJob } from "@/api/queries/jobs";
import { useMe } from "@/api/queries/me";
import type { Job as JobData } from "@/api/types";
import { Report } from "@/features/reports/report";
import { Button, buttonLook } from "@/ui/button";
import { Icon } from "@/ui/icon";
import { Minutes, ShiftTime } from "@/ui/moment";
import { Money } from "@/ui/money";
import { Card, Fact, Facts, Page, Section } from "@/ui/page";
import { Skeleton } from "@/ui/skeleton";
import { Stars } from "@/ui/stars";
import { Tag } from "@/ui/tag";
import { useWords } from "@/ui/words";
import { Applying } from "./applying";
import { cardWords } from "./card-words";
import { namedDays } from "./days-left";
import { Directions } from "./directions";
import { JobTime } from "./job-card";
import { ShareJob } from "./share";
import { UnpaidBreak } from "./unpaid-break";
import { jobWords } from "./words";

const route = getRouteApi("/members/jobs/$jobId");
/** They have days of their own; what is left of the job concerns others. */
const HIRED: ReadonlySet<string | null> = new Set(["accepted", "completed", "no_show"]);

export function Job() {
  const words = useWords(jobWords);
  const { jobId } = route.useParams();
  const { data: job } = useQuery(jobQuery(jobId));
  if (!job) {
    return (
      <Page title={words.title}>
        <Skeleton height="h-32" />
      </Page>
    );
  }
  return <Whole job={job} />;
}

function Whole({ job }: { job: JobData }) {
  const words = useWords(jobWords);
  const card = useWords(cardWords);
  const me = useMe();
  return (
    <Page
      title={job.title}
      aside={<Tag tone={job.status === "upcoming" ? "gain" : "plain"}>{words.status[job.status]}</Tag>}
    >
      <Card>
        <Facts>
          <Fact name={words.total}>
            <Pay job={job} />
          </Fact>
          <Fact name={words.when}>
            <JobTime job={job} />
          </Fact>
          <Fact name={words.where}>
            {job.location} <Directions to={job} />
          </Fact>
          <Fact name={words.client}>
            <Link to="/people/$userId" params={{ userId: job.client.id }} className="text-action underline">
              {job.client.name}
            </Link>{" "}
            <Stars rating={job.client.rating} count={job.client.reviews_count} />
          </Fact>
          <Fact name={words.trade}>
            {job.industry.name}
            {job.subcategory && `, ${job.subcategory.name}`}
          </Fact>
          <Fact name={words.shiftType}>{words.shift[job.shift_type]}</Fact>
          <Fact name={words.placesName}>
            {job.places_left > 0 ? card.places(job.places_left, job.applicants_needed) : card.full}
          </Fact>
        </Facts>
      </Card>
      <Actions job={job} />
      <Section title={words.about}>
        <p className="whitespace-pre-line">{job.description}</p>
      </Section>
      {me.role === "applicant" && <Applying job={job} />}
      <Section title={words.shifts(job.shifts.length)}>
        <ul className="grid gap-2">
          {job.shifts.map((shift) => (
            <li key={shift.id} className="flex flex-wrap justify-between gap-2 border-b border-line pb-2">
              <ShiftTime startsAt={shift.starts_at} endsAt={shift.ends_at} zone={job.time_zone} />
              <ShiftNow job={job} shift={shift} />
            </li>
          ))}
        </ul>
      </Section>
    </Page>
  );
}

/** A day that has begun, or that others have, is none that somebody could still get. */
function ShiftNow({ job, shift }: { job: JobData; shift: JobData["shifts"][number] }) {
  const words = useWords(jobWords);
  if (shift.canceled_at) return <Tag tone="harm">{words.canceled}</Tag>;
  if (job.status !== "upcoming" && job.status !== "ongoing") return <Minutes minutes={shift.minutes} />;
  const ahead = Date.parse(shift.starts_at) > Date.now();
  return (
    <span className="flex items-center gap-2">
      <Minutes minutes={shift.minutes} />
      {ahead && shift.places_left <= 0 && <Tag>{words.dayTaken}</Tag>}
      {!ahead && <Tag>{words.dayBegun}</Tag>}
    </span>
  );
}

/** What the caller earns, or would: for the own days, or those that are left, where these are not all of the job's. */
function Pay({ job }: { job: JobData }) {
  const words = useWords(jobWords);
  const card = useWords(cardWords);
  const { data: mine } = useQuery(myPartQuery(job.id));
  const hired = mine !== undefined && HIRED.has(mine.application_status);
  const own = hired && mine.own_days ? mine.pay_for_own_days_kobo : null;
  const left = mine && !hired && !mine.is_own && mine.days_left?.length ? mine.pay_for_days_left_kobo : null;
  const part = own ?? left;
  const inPart = part !== null;
  return (
    <>
      <Money kobo={part ?? job.pay_kobo} className="text-xl font-bold" />{" "}
      <span className="text-soft">
        ({!inPart && <Minutes minutes={job.minutes} />}
        {!inPart && ", "}
        <Money kobo={job.rate_kobo} /> {card.perHour}
        <UnpaidBreak minutes={job.break_minutes} />)
      </span>
      <span className="block text-sm text-soft">
        {own !== null && mine?.own_days
          ? words.ownDaysHint(namedDays(mine.own_days, card))
          : inPart
            ? words.daysLeftHint
            : words.totalHint}
      </span>
    </>
  );
}

function Actions({ job }: { job: JobData }) {
  const words = useWords(jobWords);
  const me = useMe();
  const queries = useQueryClient();
  const { data: mine } = useQuery(myPartQuery(job.id));
  const keeping = useMutation({ mutationFn: (saved: boolean) => saveJob(queries, job.id, saved) });

  return (
    <div className="flex flex-wrap gap-3">
      {me.role === "applicant" && (
        <Button aria-pressed={mine?.saved ?? false} onClick={() => mine && keeping.mutate(!mine.saved)}>
          <Icon name="save" className={mine?.saved ? "size-5 fill-current" : "size-5"} />
          {mine?.saved ? words.saved : words.save}
        </Button>
      )}
      <ShareJob job={job} />
      {mine && !mine.is_own && <Report type="job" id={job.id} name={job.title} />}
      {mine?.is_own && (
        <Link to="/client/jobs/$jobId" params={{ jobId: job.id }} className={buttonLook("main")}>
          {words.seeOwn}
        </Link>
      )}
    </div>
  );
}
