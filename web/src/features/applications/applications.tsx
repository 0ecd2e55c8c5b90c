import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { type ApplicationStatus, applicationList } from "@/api/queries/applications";
import type { Application } from "@/api/types";
import { DaysLeft } from "@/features/jobs/days-left";
import { buttonLook } from "@/ui/button";
import { Empty } from "@/ui/empty";
import { List } from "@/ui/list";
import { Moment } from "@/ui/moment";
import { Page } from "@/ui/page";
import { Tabs, tabLook, tabMatch } from "@/ui/tabs";
import { useWords } from "@/ui/words";
import { ApplicationTag } from "./status";
import { applicationWords } from "./words";

const route = getRouteApi("/members/workers/applications");
const TABS: ReadonlyArray<ApplicationStatus | undefined> = [
  undefined,
  "applied",
  "accepted",
  "standing_by",
  "completed",
  "rejected",
  "withdrawn",
];

export function Applications() {
  const words = useWords(applicationWords);
  const { status } = route.useSearch();
  const list = useInfiniteQuery(applicationList(status));
  const counts = list.data?.pages[0]?.counts;
  return (
    <Page title={words.title}>
      <Tabs label={words.title}>
        {TABS.map((tab) => (
          <li key={tab ?? "all"}>
            <Link
              to="/applications"
              search={{ status: tab }}
              activeOptions={tabMatch}
              aria-current={tab === status ? "page" : undefined}
              className={tabLook}
            >
              {tab ? words.status[tab] : words.all}
              {counts && <span className="text-sm font-normal">{tab ? (counts[tab] ?? 0) : sum(counts)}</span>}
            </Link>
          </li>
        ))}
      </Tabs>
      <List
        query={list}
        label={words.title}
        keyOf={(item) => item.id}
        row={(item) => <Row item={item} />}
        empty={
          <Empty
            title={words.none}
            action={
              <Link to="/jobs" className={buttonLook("main")}>
                {words.find}
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

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((all, count) => all + count, 0);
}

function Row({ item }: { item: Application }) {
  // Whoever took the days that were left comes later than the job began.
  const first = item.assignments.find((one) => one.status !== "canceled")?.starts_at ?? item.job.starts_at;
  return (
    <Link
      to="/applications/$applicationId"
      params={{ applicationId: item.id }}
      className="grid gap-1 rounded-lg border border-line bg-card p-4 hover:border-action"
    >
      <span className="flex flex-wrap items-start justify-between gap-2">
        <span className="text-lg font-medium">{item.job.title}</span>
        <ApplicationTag status={item.status} />
      </span>
      <span>
        {item.job.client.name} · {item.job.location}
      </span>
      <span className="font-medium text-wait empty:hidden">
        <DaysLeft offer={item} />
      </span>
      <span className="text-sm text-soft">
        <Moment at={first} zone={item.job.time_zone} />
      </span>
    </Link>
  );
}
