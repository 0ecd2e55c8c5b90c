import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { clientJobQuery, type ClientJob as Whole } from "@/api/queries/client-jobs";
import { ShareJob } from "@/features/jobs/share";
import { UnpaidBreak } from "@/features/jobs/unpaid-break";
import { InReview, Paying } from "@/features/paying/paying";
import { buttonLook } from "@/ui/button";
import { plainDays } from "@/ui/format";
import { Money } from "@/ui/money";
import { Card, Fact, Facts, Page } from "@/ui/page";
import { Skeleton } from "@/ui/skeleton";
import { Tabs, tabLook, tabMatch } from "@/ui/tabs";
import { Notice } from "@/ui/tag";
import { useWords } from "@/ui/words";
import { Again } from "./again";
import { Applicants } from "./applicants";
import { Attendance } from "./attendance";
import { Cancelling } from "./cancelling";
import { Escrow } from "./escrow";
import { RepeatWeekly, Series } from "./series";
import { JobTag } from "./status";
import { clientJobWords } from "./words";

const route = getRouteApi("/members/clients/client/jobs/$jobId");
export const PARTS = ["applicants", "shifts", "money", "about"] as const;
const OVER: readonly string[] = ["completed", "canceled", "expired"];

/** The owner's view of one job. */
export function ClientJob() {
  const words = useWords(clientJobWords);
  const { jobId } = route.useParams();
  const { data } = useQuery(clientJobQuery(jobId));
  if (!data) {
    return (
      <Page title={words.job} wide>
        <Skeleton height="h-32" />
      </Page>
    );
  }
  return <View whole={data} />;
}

function View({ whole }: { whole: Whole }) {
  const words = useWords(clientJobWords);
  const { part = "applicants" } = route.useSearch();
  const { job, escrow } = whole;
  const waiting = whole.applications.filter(({ status }) => status === "applied").length;
  return (
    <Page title={job.title} aside={<JobTag status={job.status} full={job.places_left === 0} />} wide>
      {job.hidden_at && (
        <Notice tone="harm" title={words.hiddenTitle}>
          <p>“{job.hidden_reason}”</p>
          <p>{words.hiddenText}</p>
        </Notice>
      )}
      {escrow.outstanding_kobo > 0 &&
        job.status === "pending" &&
        !job.hidden_at &&
        (escrow.in_review ? <InReview /> : <Paying jobId={job.id} outstanding={escrow.outstanding_kobo} />)}
      <Tabs label={job.title}>
        {PARTS.map((one) => (
          <li key={one}>
            <Link
              to="/client/jobs/$jobId"
              params={{ jobId: job.id }}
              search={{ part: one }}
              className={tabLook}
              activeOptions={tabMatch}
              aria-current={one === part ? "page" : undefined}
              replace
            >
              {words.part[one]}
              {one === "applicants" && waiting > 0 && <span className="text-sm tabular-nums">{waiting}</span>}
            </Link>
          </li>
        ))}
      </Tabs>
      {part === "applicants" && <Applicants whole={whole} />}
      {part === "shifts" && <Attendance job={job} />}
      {part === "money" && <Escrow whole={whole} />}
      {part === "about" && <About whole={whole} />}
    </Page>
  );
}

function About({ whole }: { whole: Whole }) {
  const words = useWords(clientJobWords);
  const { job } = whole;
  const days = plainDays(job.date, job.end_date);
  return (
    <>
      <Card>
        <Facts>
          <Fact name={words.when}>
            {days},{" "}
            <span className="whitespace-nowrap">
              {job.start_time.slice(0, 5)}–{job.end_time.slice(0, 5)}
            </span>
            <UnpaidBreak minutes={job.break_minutes} />
          </Fact>
          <Fact name={words.where}>{job.location}</Fact>
          <Fact name={words.trade}>
            {job.industry.name}
            {job.subcategory && `, ${job.subcategory.name}`}
          </Fact>
          <Fact name={words.codeOnly}>{job.code_only ? words.codeOnlyOn : words.codeOnlyOff}</Fact>
          <Fact name={words.atOnce}>{words.atOnceWho(job)}</Fact>
          <Fact name={words.people}>{job.applicants_needed}</Fact>
          <Fact name={words.pay}>
            <Money kobo={job.rate_kobo} /> {words.perHour}
          </Fact>
        </Facts>
      </Card>
      <p className="whitespace-pre-line">{job.description}</p>
      {whole.series_id !== null && <Series id={whole.series_id} job={job} />}
      <div className="flex flex-wrap gap-3">
        {!OVER.includes(job.status) && (
          <Link to="/client/jobs/$jobId/edit" params={{ jobId: job.id }} className={buttonLook("plain")}>
            {words.edit}
          </Link>
        )}
        <ShareJob job={job} />
        <Again job={job} />
        {whole.series_id === null && <RepeatWeekly job={job} />}
        {!OVER.includes(job.status) && <Cancelling whole={whole} />}
      </div>
    </>
  );
}
