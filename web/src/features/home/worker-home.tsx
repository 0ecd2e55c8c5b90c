import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { comingShifts } from "@/api/queries/assignments";
import { matchedJobs } from "@/api/queries/jobs";
import { useMe } from "@/api/queries/me";
import { walletQuery } from "@/api/queries/wallet";
import { JobCard } from "@/features/jobs/job-card";
import { ShiftCard } from "@/features/shifts/shift-card";
import { buttonLook } from "@/ui/button";
import { Empty } from "@/ui/empty";
import { Money } from "@/ui/money";
import { Card, Page, Section } from "@/ui/page";
import { Bone, Skeleton } from "@/ui/skeleton";
import { Tag } from "@/ui/tag";
import { useWords } from "@/ui/words";
import { homeWords } from "./words";

export default function WorkerHome() {
  const words = useWords(homeWords);
  const me = useMe();
  return (
    <Page title={words.hello(me.first_name)}>
      <NextShift />
      <Balance />
      <Matches />
    </Page>
  );
}

function NextShift() {
  const words = useWords(homeWords);
  const { data } = useInfiniteQuery(comingShifts());
  const shifts = data?.pages[0]?.items;
  const running = shifts?.find((shift) => shift.status === "checked_in");
  const shift = running ?? shifts?.[0];
  return (
    <Section title={running ? words.now : words.next}>
      {!shifts && <Bone className="h-32" />}
      {shift && <ShiftCard shift={shift} />}
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

function Balance() {
  const words = useWords(homeWords);
  const { data: wallet } = useQuery(walletQuery());
  return (
    <Card className="flex flex-wrap items-center justify-between gap-3">
      <div>
        <p className="text-soft">{words.balance}</p>
        {wallet ? <Money kobo={wallet.balance_kobo} className="text-2xl font-bold" /> : <Bone className="h-8 w-40" />}
      </div>
      <div className="flex gap-2">
        <Link to="/wallet/withdraw" className={buttonLook("main")}>
          {words.withdraw}
        </Link>
        <Link to="/wallet" className={buttonLook("quiet")}>
          {words.toWallet}
        </Link>
      </div>
    </Card>
  );
}

function Matches() {
  const words = useWords(homeWords);
  const { data } = useQuery(matchedJobs());
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
      {!data && <Skeleton rows={3} height="h-40" />}
      {data?.items.length === 0 && (
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
        {data?.items.map((job) => (
          <li key={job.id} className="grid gap-1">
            <JobCard job={job} />
            <span className="flex flex-wrap gap-1">
              {strongest(job.score_parts).map((part) => (
                <Tag key={part}>{why[part]}</Tag>
              ))}
            </span>
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
