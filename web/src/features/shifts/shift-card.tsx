import { Link } from "@tanstack/react-router";
import type { Assignment } from "@/api/types";
import { UnpaidBreak } from "@/features/jobs/unpaid-break";
import { Icon } from "@/ui/icon";
import { ShiftTime } from "@/ui/moment";
import { Money } from "@/ui/money";
import { AssignmentTag } from "./status";

export function ShiftCard({ shift }: { shift: Assignment }) {
  return (
    <Link
      to="/assignments/$assignmentId"
      params={{ assignmentId: shift.id }}
      className="grid gap-2 rounded-lg border border-line bg-card p-4 hover:border-action"
    >
      <span className="flex flex-wrap items-start justify-between gap-2">
        <span className="text-lg font-medium">{shift.job.title}</span>
        <AssignmentTag status={shift.status} />
      </span>
      <span className="flex items-start gap-2">
        <Icon name="clock" className="mt-0.5 size-5 shrink-0 text-soft" />
        <span>
          <ShiftTime startsAt={shift.starts_at} endsAt={shift.ends_at} zone={shift.job.time_zone} />
          <UnpaidBreak minutes={shift.job.break_minutes} />
        </span>
      </span>
      <span className="flex flex-wrap items-end justify-end gap-2">
        <span className="flex min-w-48 flex-1 items-start gap-2">
          <Icon name="pin" className="mt-0.5 size-5 shrink-0 text-soft" />
          {shift.job.location}
        </span>
        <Money kobo={shift.paid_wage_kobo || shift.wage_kobo} className="font-medium" />
      </span>
    </Link>
  );
}
