import { Link } from "@tanstack/react-router";
import type { Assignment } from "@/api/types";
import { Avatar } from "@/ui/avatar";
import { distance } from "@/ui/format";
import { Minutes, Moment, ShiftTime } from "@/ui/moment";
import { Money } from "@/ui/money";
import { Card, Fact, Facts } from "@/ui/page";
import { Tag, type Tone } from "@/ui/tag";
import { useWords } from "@/ui/words";
import { Decisions } from "./decisions";
import { approvingWords } from "./words";

const TONES: Record<Assignment["status"], Tone> = {
  scheduled: "action",
  checked_in: "gain",
  checked_out: "wait",
  approved: "gain",
  no_show: "harm",
  canceled: "plain",
};

/** One worker on one shift, as the client sees it. `named`: by the worker inside a job, by the job in other lists. */
export function WorkedShift({ shift, named }: { shift: Assignment; named: "worker" | "job" }) {
  const words = useWords(approvingWords);
  const zone = shift.job.time_zone;
  return (
    <Card className="grid gap-3">
      <div className="flex items-start gap-3">
        <Avatar name={shift.worker.name} url={shift.worker.avatar_small_url} />
        <div className="min-w-0 grow">
          <div className="flex flex-wrap items-center justify-between gap-2">
            <span className="text-lg font-medium">{shift.worker.name}</span>
            <Tag tone={TONES[shift.status]}>{words.status[shift.status]}</Tag>
          </div>
          {named === "job" && (
            <p className="text-soft">
              <Link
                to="/client/jobs/$jobId"
                params={{ jobId: shift.job.id }}
                search={{ part: "shifts" }}
                className="text-action underline"
              >
                {shift.job.title}
              </Link>
              , <ShiftTime startsAt={shift.starts_at} endsAt={shift.ends_at} zone={zone} />
            </p>
          )}
        </div>
      </div>
      {shift.extra_minutes > 0 && shift.status !== "canceled" && (
        <p>
          {words.extraTimeAgreed} <Minutes minutes={shift.extra_minutes} />, {words.until}{" "}
          <Moment at={shift.ends_at} zone={zone} />
        </p>
      )}
      <Worked shift={shift} />
      <Decisions shift={shift} />
      {shift.status !== "scheduled" && (
        <Link to="/assignments/$assignmentId" params={{ assignmentId: shift.id }} className="text-action underline">
          {words.history}
        </Link>
      )}
    </Card>
  );
}

function Worked({ shift }: { shift: Assignment }) {
  const words = useWords(approvingWords);
  const zone = shift.job.time_zone;
  if (shift.status === "scheduled" || shift.status === "canceled") return null;
  const minutes = shift.approved_minutes ?? shift.worked_minutes;
  return (
    <Facts>
      {shift.checked_in_at && (
        <Fact name={words.inAt}>
          <Moment at={shift.checked_in_at} zone={zone} /> {shift.check_in_method === "code" && words.byCode}
          {shift.check_in_method === "granted" && words.byGrant}
          {shift.check_in_method === "position" &&
            shift.check_in_distance_m !== null &&
            words.byPosition(distance(shift.check_in_distance_m))}
        </Fact>
      )}
      {shift.checked_out_at && (
        <Fact name={words.outAt}>
          <Moment at={shift.checked_out_at} zone={zone} /> {shift.checked_out_automatically && words.automatic}
        </Fact>
      )}
      {minutes !== null && (
        <Fact name={words.worked}>
          <Minutes minutes={minutes} />
        </Fact>
      )}
      {shift.status === "approved" ? (
        <Fact name={words.paid}>
          <Money kobo={shift.paid_wage_kobo} />
        </Fact>
      ) : (
        shift.worked_minutes !== null && (
          <Fact name={words.pays}>
            <Money kobo={payOf(shift)} />
          </Fact>
        )
      )}
      {(shift.lowered_reason || shift.raised_reason) && (
        <Fact name={words.lowered}>{shift.lowered_reason || shift.raised_reason}</Fact>
      )}
      {shift.withheld_kobo > 0 && (
        <Fact name={words.heldBack}>
          <Money kobo={shift.withheld_kobo} />{" "}
          {shift.withheld_until && (
            <>
              (<Moment at={shift.withheld_until} zone={zone} />)
            </>
          )}
        </Fact>
      )}
    </Facts>
  );
}

/** The wage of the worked minutes, to be shown only: what is paid is computed by the server, by the same rule. */
export function payOf(shift: Pick<Assignment, "worked_minutes" | "job">): number {
  return Math.round(((shift.worked_minutes ?? 0) * shift.job.rate_kobo) / 60);
}
