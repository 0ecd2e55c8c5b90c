import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { applicationChanged, applicationQuery, withdraw } from "@/api/queries/applications";
import { useMe } from "@/api/queries/me";
import { Step } from "@/api/step";
import { DaysLeft } from "@/features/jobs/days-left";
import { ConfirmPlace } from "@/features/shifts/confirm-place";
import { AssignmentTag } from "@/features/shifts/status";
import { buttonLook } from "@/ui/button";
import { Moment, ShiftTime } from "@/ui/moment";
import { Card, Fact, Facts, Page, Section } from "@/ui/page";
import { Skeleton } from "@/ui/skeleton";
import { toast } from "@/ui/toast";
import { useWords } from "@/ui/words";
import { NewTerms, Offer } from "./new-terms";
import { ApplicationTag } from "./status";
import { applicationWords } from "./words";

const route = getRouteApi("/members/applications/$applicationId");
const DAY_MS = 24 * 3600 * 1000;

export function Application() {
  const words = useWords(applicationWords);
  const { applicationId } = route.useParams();
  const { data: application } = useQuery(applicationQuery(applicationId));
  const me = useMe();
  if (!application) {
    return (
      <Page title={words.one}>
        <Skeleton />
      </Page>
    );
  }
  const mine = application.applicant_id === me.id;
  const open = application.status === "applied" || application.status === "accepted";
  const waits = application.status === "applied" || application.status === "standing_by";
  const agreed = application.terms_changed.length === 0;
  const offered = application.may_take_place && application.offered_until !== null;
  return (
    <Page title={application.job.title} aside={<ApplicationTag status={application.status} />}>
      {mine && offered && application.offered_until && (
        <Offer application={application} until={application.offered_until} />
      )}
      {mine && waits && !offered && !agreed && <NewTerms application={application} />}
      {mine && application.may_confirm && <ConfirmPlace applicationId={application.id} jobId={application.job.id} />}
      <Card>
        {mine && waits && !offered && agreed && (
          <p className="font-medium text-wait empty:hidden">
            <DaysLeft offer={application} />
          </p>
        )}
        <Facts>
          <Fact name={words.sent}>
            <Moment at={application.created_at} />
          </Fact>
          {application.note && <Fact name={words.note}>{application.note}</Fact>}
        </Facts>
      </Card>
      <div className="flex flex-wrap gap-3">
        <Link to="/jobs/$jobId" params={{ jobId: application.job.id }} className={buttonLook()}>
          {words.job}
        </Link>
        {mine && open && <Withdrawing application={application} />}
      </div>
      {application.assignments.length > 0 && (
        <Section title={words.shifts}>
          <ul className="grid gap-2">
            {application.assignments.map((shift) => (
              <li key={shift.id}>
                <Link
                  to="/assignments/$assignmentId"
                  params={{ assignmentId: shift.id }}
                  className="flex flex-wrap justify-between gap-2 rounded-lg border border-line bg-card p-4 hover:border-action"
                >
                  <ShiftTime startsAt={shift.starts_at} endsAt={shift.ends_at} zone={application.job.time_zone} />
                  <AssignmentTag status={shift.status} />
                </Link>
              </li>
            ))}
          </ul>
        </Section>
      )}
      <Section title={words.history}>
        <ol className="grid gap-2">
          {application.history.map((change) => (
            <li key={change.created_at} className="flex flex-wrap justify-between gap-2">
              <ApplicationTag status={change.to_status} />
              <Moment at={change.created_at} />
            </li>
          ))}
        </ol>
      </Section>
    </Page>
  );
}

function Withdrawing({
  application: { id, status, job },
}: {
  application: { id: number; status: string; job: { id: number; starts_at: string } };
}) {
  const words = useWords(applicationWords);
  const queries = useQueryClient();
  const late = status === "accepted" && Date.parse(job.starts_at) - Date.now() < DAY_MS;
  return (
    <Step
      label={words.withdraw}
      look="harm"
      title={words.withdrawTitle}
      yes={words.withdrawNow}
      back={words.keep}
      send={() => withdraw(id)}
      done={() => toast(words.withdrawn)}
      settled={() => applicationChanged(queries, job.id)}
    >
      <p>{words.withdrawText}</p>
      {late && <p className="font-medium text-harm">{words.withdrawLate}</p>}
    </Step>
  );
}
