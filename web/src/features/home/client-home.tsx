import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ClientHomeData, homeQuery } from "@/api/queries/home";
import { useMe } from "@/api/queries/me";
import { Avatar } from "@/ui/avatar";
import { buttonLook } from "@/ui/button";
import { Empty } from "@/ui/empty";
import { Minutes, Moment } from "@/ui/moment";
import { Money } from "@/ui/money";
import { Page, ROW_OF_LIST, ROWS, Section } from "@/ui/page";
import { Skeleton } from "@/ui/skeleton";
import { Tag } from "@/ui/tag";
import { useWords } from "@/ui/words";
import { clientHomeWords } from "./client-words";

/** What waits for a client: money, places, hours. */
export default function ClientHome() {
  const words = useWords(clientHomeWords);
  const me = useMe();
  const { data } = useQuery(homeQuery());
  return (
    <Page
      title={words.hello(me.first_name)}
      aside={
        <Link to="/post" className={buttonLook("main")}>
          {words.post}
        </Link>
      }
    >
      {!data && <Skeleton />}
      {data?.client && <Waiting home={data.client} />}
      {data && (
        <nav aria-label={words.payments} className={ROWS}>
          <Link to="/wallet" className={ROW_OF_LIST}>
            {data.balance_kobo < 0 ? words.owes : words.balance}{" "}
            <Money kobo={Math.abs(data.balance_kobo)} className="ms-auto font-bold" />
          </Link>
          {data.reviews_to_write > 0 && (
            <Link to="/reviews/to-write" className={ROW_OF_LIST}>
              {words.reviews(data.reviews_to_write)}
            </Link>
          )}
          <Link to="/client/workers" className={ROW_OF_LIST}>
            {words.people}
          </Link>
          <Link to="/payments" className={ROW_OF_LIST}>
            {words.payments}
          </Link>
        </nav>
      )}
    </Page>
  );
}

const ROW =
  "flex items-center max-md:flex-wrap justify-between gap-3 rounded-lg border border-line bg-card p-4 hover:border-action";

function Waiting({ home }: { home: ClientHomeData }) {
  const words = useWords(clientHomeWords);
  const toPay = home.jobs.filter((job) => job.outstanding_kobo > 0);
  const toFill = home.jobs.filter((job) => job.outstanding_kobo === 0);
  if (home.to_approve_count === 0 && home.jobs.length === 0) {
    return <Empty title={words.nothing}>{words.nothingText}</Empty>;
  }
  return (
    <>
      {toPay.length > 0 && (
        <Section title={words.toPay}>
          <ul className="grid gap-3">
            {toPay.map((job) => (
              <li key={job.id}>
                <Link to="/client/jobs/$jobId" params={{ jobId: job.id }} className={ROW}>
                  <JobLine job={job} />
                  <Tag tone="wait">
                    <Money kobo={job.outstanding_kobo} />
                  </Tag>
                </Link>
              </li>
            ))}
          </ul>
        </Section>
      )}
      {home.to_approve_count > 0 && <HoursToApprove home={home} />}
      {toFill.length > 0 && (
        <Section title={words.toFill}>
          <ul className="grid gap-3">
            {toFill.map((job) => (
              <li key={job.id}>
                <Link to="/client/jobs/$jobId" params={{ jobId: job.id }} className={ROW}>
                  <JobLine job={job} />
                  <span className="flex flex-wrap gap-1 md:grid md:shrink-0 md:justify-items-end">
                    {job.waiting_applications > 0 && <Tag tone="action">{words.waiting(job.waiting_applications)}</Tag>}
                    <Tag>{words.left(job.places_left)}</Tag>
                  </span>
                </Link>
              </li>
            ))}
          </ul>
        </Section>
      )}
    </>
  );
}

function JobLine({ job }: { job: ClientHomeData["jobs"][number] }) {
  const words = useWords(clientHomeWords);
  return (
    <span className="min-w-0">
      <span className="block font-medium">{job.title}</span>
      <span className="text-soft">
        {job.status === "ongoing" ? words.started : words.starts} <Moment at={job.starts_at} zone={job.time_zone} />
      </span>
    </span>
  );
}

function HoursToApprove({ home }: { home: ClientHomeData }) {
  const words = useWords(clientHomeWords);
  return (
    <Section
      title={words.toApprove}
      aside={
        <Link to="/approve" className={buttonLook("main")}>
          {words.approveAll(home.to_approve_count)}
        </Link>
      }
    >
      <ul className="grid gap-2">
        {home.to_approve.slice(0, 3).map((shift) => (
          <li key={shift.assignment_id}>
            <Link to="/approve" className={ROW}>
              <span className="flex min-w-0 items-center gap-3">
                <Avatar name={shift.worker.name} url={shift.worker.avatar_small_url} size="small" />
                <span className="min-w-0">
                  <span className="block font-medium">{shift.worker.name}</span>
                  <span className="text-soft">{shift.job_title}</span>
                </span>
              </span>
              {shift.worked_minutes !== null && <Minutes minutes={shift.worked_minutes} />}
            </Link>
          </li>
        ))}
      </ul>
    </Section>
  );
}
