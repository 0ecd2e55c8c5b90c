import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { itemsOf } from "@/api/lists";
import { attendanceOfJob } from "@/api/queries/approving";
import type { OwnedJob } from "@/api/queries/client-jobs";
import { WorkedShift } from "@/features/approving/worked-shift";
import { buttonLook } from "@/ui/button";
import { ShiftTime } from "@/ui/moment";
import { Section } from "@/ui/page";
import { Skeleton } from "@/ui/skeleton";
import { Tag } from "@/ui/tag";
import { useWords } from "@/ui/words";
import { CallingOff, canCallOff } from "./calling-off";
import { clientJobWords } from "./words";

/** Whether somebody could still be hired for it. */
function misses(job: OwnedJob, shift: OwnedJob["shifts"][number]): boolean {
  const live = job.status === "upcoming" || job.status === "ongoing";
  return live && !shift.canceled_at && shift.places_left > 0 && Date.parse(shift.starts_at) > Date.now();
}

/** Shift by shift: who is hired for it, who came, what is to be approved. */
export function Attendance({ job }: { job: OwnedJob }) {
  const words = useWords(clientJobWords);
  const list = useInfiniteQuery(attendanceOfJob(job.id));
  if (list.isPending) return <Skeleton height="h-32" />;
  const everybody = itemsOf(list.data);
  return (
    <>
      {(job.status === "upcoming" || job.status === "ongoing") && (
        <div>
          <Link to="/client/jobs/$jobId/codes" params={{ jobId: job.id }} className={buttonLook("main")}>
            {words.codes}
          </Link>
        </div>
      )}
      {job.shifts.map((shift) => {
        const here = everybody.filter((one) => one.shift_id === shift.id);
        return (
          <Section
            key={shift.id}
            title={<ShiftTime startsAt={shift.starts_at} endsAt={shift.ends_at} zone={job.time_zone} />}
            aside={
              shift.canceled_at ? (
                <Tag tone="harm">{words.shiftCanceled}</Tag>
              ) : (
                <span className="text-soft">
                  {words.code} <code className="text-lg font-bold tracking-widest text-ink">{shift.on_site_code}</code>
                </span>
              )
            }
          >
            {everybody.length > 0 && canCallOff({ job, shift, here }) && (
              <CallingOff job={job} shift={shift} coming={here.filter((one) => one.status === "scheduled")} />
            )}
            {misses(job, shift) && <Tag tone="wait">{words.missing(shift.places_left)}</Tag>}
            {here.length === 0 && <p className="text-soft">{words.nobodyOnShift}</p>}
            <ul className="grid gap-3">
              {here.map((one) => (
                <li key={one.id}>
                  <WorkedShift shift={one} named="worker" />
                </li>
              ))}
            </ul>
          </Section>
        );
      })}
    </>
  );
}
