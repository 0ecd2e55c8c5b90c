import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { type ClientJobItem, clientJobList, type JobStatus } from "@/api/queries/client-jobs";
import { useMe } from "@/api/queries/me";
import { UnpaidBreak } from "@/features/jobs/unpaid-break";
import { buttonLook } from "@/ui/button";
import { Empty } from "@/ui/empty";
import { money, plainDays } from "@/ui/format";
import { Icon } from "@/ui/icon";
import { List } from "@/ui/list";
import { Money } from "@/ui/money";
import { Page } from "@/ui/page";
import { Tabs, tabLook, tabMatch } from "@/ui/tabs";
import { Tag } from "@/ui/tag";
import { useWords } from "@/ui/words";
import { JobTag } from "./status";
import { clientJobWords } from "./words";

const route = getRouteApi("/members/clients/clientjobs");
const TABS: readonly JobStatus[] = ["pending", "upcoming", "ongoing", "completed", "canceled", "expired"];

export function ClientJobs() {
  const words = useWords(clientJobWords);
  const me = useMe();
  const { status } = route.useSearch();
  const list = useInfiniteQuery(clientJobList(me.id, status ? { status: [status] } : {}));
  const counts: Record<string, number> = list.data?.pages[0]?.counts ?? {};
  return (
    <Page
      title={words.title}
      aside={
        <Link to="/post" className={buttonLook("main")}>
          <Icon name="plus" className="size-5" />
          {words.post}
        </Link>
      }
    >
      <Tabs label={words.title}>
        {[undefined, ...TABS].map((tab) => (
          <li key={tab ?? "all"}>
            <Link
              to="/clientjobs"
              search={{ status: tab }}
              className={tabLook}
              activeOptions={tabMatch}
              aria-current={tab === status ? "page" : undefined}
            >
              {words.tabs[tab ?? "all"]}
              {tab && (counts[tab] ?? 0) > 0 && <span className="text-sm tabular-nums">{counts[tab]}</span>}
            </Link>
          </li>
        ))}
      </Tabs>
      <List
        query={list}
        label={words.title}
        keyOf={(job) => job.id}
        row={(job) => <ClientJobCard job={job} />}
        empty={
          <Empty
            title={words.none}
            action={
              <Link to="/post" className={buttonLook("main")}>
                {words.post}
              </Link>
            }
          >
            {words.noneText}
          </Empty>
        }
      />
    </Page>
  );
}

/** What a client looks for in the list: when, whether it is full, and what waits for a decision. */
function ClientJobCard({ job }: { job: ClientJobItem }) {
  const words = useWords(clientJobWords);
  const days = plainDays(job.date, job.end_date);
  return (
    <Link
      to="/client/jobs/$jobId"
      params={{ jobId: job.id }}
      className="grid gap-2 rounded-lg border border-line bg-card p-4 hover:border-action"
    >
      <span className="flex flex-wrap items-start justify-between gap-x-4 gap-y-1">
        <span className="min-w-0 flex-1 basis-44 text-lg font-medium">{job.title}</span>
        <JobTag status={job.status} full={job.accepted_count >= job.applicants_needed} />
      </span>
      <span className="flex flex-wrap justify-between gap-x-4 text-soft">
        <span>
          {days},{" "}
          <span className="whitespace-nowrap">
            {job.start_time.slice(0, 5)}–{job.end_time.slice(0, 5)}
          </span>
          <UnpaidBreak minutes={job.break_minutes} />
        </span>
        <span>
          <Money kobo={job.rate_kobo} /> {words.perHour}
        </span>
      </span>
      <span className="flex flex-wrap items-center gap-2">
        <Tag>{words.filled(job.accepted_count, job.applicants_needed)}</Tag>
        {job.outstanding_kobo > 0 && job.status === "pending" && (
          <Tag tone="wait">{words.unpaid(money(job.outstanding_kobo))}</Tag>
        )}
        {job.waiting_applications > 0 && <Tag tone="action">{words.waiting(job.waiting_applications)}</Tag>}
        {job.to_approve > 0 && <Tag tone="action">{words.approve(job.to_approve)}</Tag>}
      </span>
    </Link>
  );
}
