import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { acceptMinutes, assignmentQuery, attendanceChanged } from "@/api/queries/assignments";
import { useMe } from "@/api/queries/me";
import type { Assignment } from "@/api/types";
import { Directions } from "@/features/jobs/directions";
import { UnpaidBreak } from "@/features/jobs/unpaid-break";
import { Avatar } from "@/ui/avatar";
import { Button, buttonLook } from "@/ui/button";
import { money } from "@/ui/format";
import { Minutes, Moment, ShiftTime } from "@/ui/moment";
import { Money } from "@/ui/money";
import { Card, Fact, Facts, Page } from "@/ui/page";
import { Skeleton } from "@/ui/skeleton";
import { Notice } from "@/ui/tag";
import { toast } from "@/ui/toast";
import { useWords } from "@/ui/words";
import { CheckIn } from "./check-in";
import { CheckOut } from "./check-out";
import { ConfirmPlace } from "./confirm-place";
import { Corrections } from "./corrections";
import { ExtraTime } from "./extra-time";
import { History } from "./history";
import { AssignmentTag } from "./status";
import { shiftWords } from "./words";

// The client's half: a worker's phone never loads it.
const Decisions = lazy(() => import("@/features/approving/decisions").then((part) => ({ default: part.Decisions })));

const route = getRouteApi("/members/assignments/$assignmentId");

export function Shift() {
  const words = useWords(shiftWords);
  const { assignmentId } = route.useParams();
  const { data: shift } = useQuery(assignmentQuery(assignmentId));
  const me = useMe();
  if (!shift) {
    return (
      <Page title={words.title}>
        <Skeleton height="h-40" />
      </Page>
    );
  }
  const mine = shift.worker_id === me.id;
  return (
    <Page title={shift.job.title} aside={<AssignmentTag status={shift.status} />}>
      <Card>
        <p className="text-lg font-medium">
          <ShiftTime startsAt={shift.starts_at} endsAt={shift.ends_at} zone={shift.job.time_zone} />
          <UnpaidBreak minutes={shift.job.break_minutes} />
        </p>
        <p>
          {shift.job.location} <Directions to={shift.job} />
        </p>
      </Card>
      <OtherSide shift={shift} mine={mine} />
      {shift.may_confirm && <ConfirmPlace applicationId={shift.application_id} jobId={shift.job.id} />}
      {mine && (shift.may_check_in || isAhead(shift)) && <CheckIn shift={shift} />}
      {mine && shift.extra_time_offer && <ExtraTime shift={shift} offer={shift.extra_time_offer} />}
      {mine && shift.may_check_out && <CheckOut shift={shift} />}
      {mine ? (
        <Corrections shift={shift} />
      ) : (
        <Suspense>
          <Decisions shift={shift} />
        </Suspense>
      )}
      {shift.withheld_kobo > 0 && <Withheld shift={shift} />}
      <Card>
        <Figures shift={shift} />
      </Card>
      <History shift={shift} />
      <div className="flex flex-wrap gap-3">
        <Link to="/jobs/$jobId" params={{ jobId: shift.job.id }} className={buttonLook()}>
          {words.job}
        </Link>
        {shift.dispute_id !== null && (
          <Link to="/disputes/$disputeId" params={{ disputeId: shift.dispute_id }} className={buttonLook("quiet")}>
            {words.seeDispute}
          </Link>
        )}
        {shift.may_dispute && (
          <Link to="/disputes/new" search={{ assignment: shift.id }} className={buttonLook("quiet")}>
            {words.dispute}
          </Link>
        )}
        {shift.status === "approved" && (
          <Link
            to="/reviews/new"
            search={{ job: shift.job.id, person: (mine ? shift.client : shift.worker).id }}
            className={buttonLook("quiet")}
          >
            {words.review}
          </Link>
        )}
      </div>
    </Page>
  );
}

/** Shown before it opens too: without a network nobody knows that it did. */
function isAhead(shift: Assignment): boolean {
  return shift.status === "scheduled" && !shift.may_ask_minutes;
}

/** At the gate on a Saturday this is the card that counts: who it is, and how to reach them. */
function OtherSide({ shift, mine }: { shift: Assignment; mine: boolean }) {
  const words = useWords(shiftWords);
  const person = mine ? shift.client : shift.worker;
  const phone = mine ? shift.client_phone : shift.worker_phone;
  return (
    <Card className="flex flex-wrap items-center justify-between gap-3">
      <Link to="/people/$userId" params={{ userId: person.id }} className="flex min-w-0 items-center gap-3">
        <Avatar name={person.name} url={person.avatar_small_url} />
        <span className="min-w-0">
          <span className="block text-sm text-soft">{mine ? words.client : words.worker}</span>
          <span className="block font-medium">{person.name}</span>
        </span>
      </Link>
      {phone && (
        <a href={`tel:${phone}`} className={buttonLook()}>
          {words.call(phone)}
        </a>
      )}
    </Card>
  );
}

function Figures({ shift }: { shift: Assignment }) {
  const words = useWords(shiftWords);
  const zone = shift.job.time_zone;
  const method = words.method[shift.check_in_method as keyof typeof words.method];
  return (
    <Facts>
      <Fact name={words.wage}>
        <Money kobo={shift.wage_kobo} className="font-medium" />
      </Fact>
      {shift.extra_minutes > 0 && (
        <Fact name={words.extra}>
          <Minutes minutes={shift.extra_minutes} />
        </Fact>
      )}
      {shift.checked_in_at && (
        <Fact name={words.inAt}>
          <Moment at={shift.checked_in_at} zone={zone} /> {method}
        </Fact>
      )}
      {shift.checked_out_at && (
        <Fact name={words.outAt}>
          <Moment at={shift.checked_out_at} zone={zone} /> {shift.checked_out_automatically && words.byClock}
        </Fact>
      )}
      {shift.worked_minutes !== null && (
        <Fact name={words.worked}>
          <Minutes minutes={shift.worked_minutes} />
        </Fact>
      )}
      {shift.approved_minutes !== null && (
        <Fact name={words.approved}>
          <Minutes minutes={shift.approved_minutes} />
        </Fact>
      )}
      {shift.status === "approved" && (
        <Fact name={words.paid}>
          <Money kobo={shift.paid_wage_kobo} className="font-medium text-gain" />
        </Fact>
      )}
      {shift.raised_reason && <Fact name={words.reason}>{shift.raised_reason}</Fact>}
      {shift.compensation_kobo > 0 && (
        <Fact name={words.compensation}>
          <Money kobo={shift.compensation_kobo} />
        </Fact>
      )}
    </Facts>
  );
}

function Withheld({ shift }: { shift: Assignment }) {
  const words = useWords(shiftWords);
  const queries = useQueryClient();
  const accept = useMutation({
    mutationFn: () => acceptMinutes(shift.id),
    async onSuccess(answer) {
      toast(words.accepted, "gain");
      await attendanceChanged(queries, answer);
    },
  });
  return (
    <Notice tone="wait" title={words.withheld}>
      <p className="mb-3">
        {(shift.status === "no_show" ? words.withheldAbsent : words.withheldText)(money(shift.withheld_kobo))}
      </p>
      {shift.lowered_reason && (
        <p className="mb-3">
          {words.reason}: {shift.lowered_reason}
        </p>
      )}
      {shift.may_accept_minutes && (
        <Button busy={accept.isPending} onClick={() => accept.mutate()}>
          {words.acceptMinutes}
        </Button>
      )}
    </Notice>
  );
}
