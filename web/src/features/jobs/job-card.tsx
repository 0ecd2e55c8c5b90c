import { Link } from "@tanstack/react-router";
import type { JobItem } from "@/api/types";
import { distance, hours, plainDays } from "@/ui/format";
import { Icon } from "@/ui/icon";
import { Money } from "@/ui/money";
import { Stars } from "@/ui/stars";
import { Tag } from "@/ui/tag";
import { useWords } from "@/ui/words";
import { cardWords } from "./card-words";
import { DaysLeft, type DaysOnOffer } from "./days-left";
import { UnpaidBreak } from "./unpaid-break";

/** A job in a list: what, when, where, what it pays. The whole card is the link. */
export function JobCard({
  job,
  away,
  applied = false,
  reasons = [],
}: {
  job: JobItem & DaysOnOffer;
  away?: number | null;
  applied?: boolean;
  /** Why it is shown to this person. */
  reasons?: readonly string[];
}) {
  const words = useWords(cardWords);
  // Nobody is taken on any more for one that has no days left: it is shown as it was.
  const inPart = Boolean(job.days_left?.length);
  return (
    <Link
      to="/jobs/$jobId"
      params={{ jobId: job.id }}
      className="grid gap-2 rounded-lg border border-line bg-card p-4 hover:border-action"
    >
      <span className="flex flex-wrap items-start gap-x-4">
        <span className="min-w-36 flex-1 text-lg font-medium">{job.title}</span>
        <span className="ms-auto whitespace-nowrap text-end">
          <Money kobo={(inPart && job.pay_for_days_left_kobo) || job.pay_kobo} className="text-lg font-bold" />
          <span className="block text-sm text-soft">
            <Money kobo={job.rate_kobo} /> {words.perHour}
          </span>
        </span>
      </span>
      <span className="flex items-start gap-2">
        <Icon name="clock" className="mt-0.5 size-5 shrink-0 text-soft" />
        <span>
          <JobTime job={job} />
          <UnpaidBreak minutes={job.break_minutes} />
        </span>
      </span>
      {inPart && (
        <span className="font-medium text-wait">
          <DaysLeft offer={job} of={job.shift_count} />
        </span>
      )}
      <span className="flex items-start gap-2">
        <Icon name="pin" className="mt-0.5 size-5 shrink-0 text-soft" />
        <span>
          {job.location}
          {typeof away === "number" && ` · ${distance(away)}`}
        </span>
      </span>
      <span className="flex flex-wrap items-center justify-between gap-2 text-sm text-soft">
        <span>
          {job.client.name} <Stars rating={job.client.rating} count={job.client.reviews_count} />
        </span>
        {applied && <Tag tone="action">{words.appliedMark}</Tag>}
        <span>{job.places_left > 0 ? words.places(job.places_left, job.applicants_needed) : words.full}</span>
      </span>
      {reasons.length > 0 && (
        <span className="flex flex-wrap gap-1 border-t border-line pt-2">
          {reasons.map((reason) => (
            <Tag key={reason}>{reason}</Tag>
          ))}
        </span>
      )}
    </Link>
  );
}

type Times = Pick<JobItem, "date" | "end_date" | "starts_at" | "start_time" | "end_time" | "time_zone">;

/** All days of a job, and the hours of each. */
export function JobTime({ job }: { job: Times }) {
  return (
    <>
      {plainDays(job.date, job.end_date)},{" "}
      <span className="whitespace-nowrap tabular-nums">{hours(job.starts_at, firstEnd(job), job.time_zone)}</span>
    </>
  );
}

/** `ends_at` is the end of the last day: the hours of a day end at `end_time`, on the next day where that is earlier. */
export function firstEnd(job: Pick<JobItem, "starts_at" | "start_time" | "end_time">): string {
  const [from, to] = [job.start_time, job.end_time].map((clock) => {
    const [hour = 0, minute = 0] = clock.split(":").map(Number);
    return hour * 60 + minute;
  }) as [number, number];
  const minutes = to > from ? to - from : to + 1440 - from;
  return new Date(Date.parse(job.starts_at) + minutes * 60_000).toISOString();
}
