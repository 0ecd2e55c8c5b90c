import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Form, text } from "@/api/form";
import {
  approve,
  attendanceDecided,
  contest,
  markNoShow,
  takeBackContest,
  takeBackNoShow,
  withdrawExtraTime,
} from "@/api/queries/approving";
import { Step } from "@/api/step";
import type { Assignment } from "@/api/types";
import { Button, type Look } from "@/ui/button";
import { Confirmed } from "@/ui/confirmed";
import { TextArea } from "@/ui/field";
import { MinutesField } from "@/ui/minutes-field";
import { Minutes } from "@/ui/moment";
import { Money } from "@/ui/money";
import { Notice } from "@/ui/tag";
import { toast } from "@/ui/toast";
import { useWords } from "@/ui/words";
import { EndEarly } from "./end-early";
import { ExtraTime } from "./extra-time";
import { approvingWords } from "./words";

/** What the client can do about a shift as it stands: the server says what, in its `may_…`. */
export function Decisions({ shift }: { shift: Assignment }) {
  const words = useWords(approvingWords);
  return (
    <>
      {shift.contested_at && (
        <Notice tone="wait" title={words.contestedTitle}>
          {shift.contest_reason}
        </Notice>
      )}
      {shift.extra_time_offer && (
        <Notice
          tone="wait"
          title={
            <>
              {words.extraTimeAsked} <Minutes minutes={shift.extra_time_offer.minutes} />
            </>
          }
        >
          {shift.may_withdraw_extra_time && (
            <div className="mt-2">
              <OneStep
                shift={shift}
                label={words.extraTimeWithdraw}
                said={words.extraTimeWithdrawn}
                send={withdrawExtraTime}
              />
            </div>
          )}
        </Notice>
      )}
      {shift.asked_minutes !== null && shift.may_approve && <Asked shift={shift} minutes={shift.asked_minutes} />}
      <div className="flex flex-wrap gap-3 empty:hidden">
        {shift.may_approve_as_recorded && <AsRecorded shift={shift} />}
        {shift.may_approve && <OtherMinutes shift={shift} />}
        {shift.may_offer_extra_time && <ExtraTime shift={shift} />}
        {shift.may_end_early && <EndEarly shift={shift} />}
        {shift.may_contest && <Contest shift={shift} />}
        {shift.may_take_back_contest && (
          <OneStep shift={shift} label={words.takeBackContest} said={words.contestTakenBack} send={takeBackContest} />
        )}
        {shift.may_mark_no_show && <NoShow shift={shift} />}
        {shift.may_take_back_no_show && (
          <OneStep shift={shift} label={words.takeBackNoShow} said={words.noShowTakenBack} send={takeBackNoShow} />
        )}
      </div>
    </>
  );
}

/** A step of the client, said and shown everywhere when it is done, and also after a refusal. */
function useStep(send: () => Promise<unknown>, said: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: send,
    onSuccess: () => toast(said, "gain"),
    onSettled: () => attendanceDecided(queries),
  });
}

function OneStep({
  shift,
  label,
  said,
  send,
  look = "plain",
}: {
  shift: Assignment;
  label: string;
  said: string;
  send: (id: number) => Promise<unknown>;
  look?: Look;
}) {
  const step = useStep(() => send(shift.id), said);
  return (
    <Button
      look={look}
      busy={step.isPending}
      aria-label={`${label}: ${shift.worker.name}`}
      onClick={() => step.mutate()}
    >
      {label}
    </Button>
  );
}

function AsRecorded({ shift }: { shift: Assignment }) {
  const words = useWords(approvingWords);
  return <OneStep shift={shift} look="main" label={words.approve} said={words.approved} send={(id) => approve(id)} />;
}

function Asked({ shift, minutes }: { shift: Assignment; minutes: number }) {
  const words = useWords(approvingWords);
  return (
    <Notice
      tone="wait"
      title={
        <>
          {words.asks} <Minutes minutes={minutes} />
        </>
      }
    >
      <p className="mb-3">“{shift.asked_reason}”</p>
      <OneStep
        shift={shift}
        look="main"
        label={words.grant}
        said={words.approved}
        send={(id) => approve(id, { minutes, reason: words.grantedReason })}
      />
    </Notice>
  );
}

function OtherMinutes({ shift }: { shift: Assignment }) {
  const words = useWords(approvingWords);
  const queries = useQueryClient();
  return (
    <Confirmed label={words.others} of={shift.worker.name} title={words.othersTitle}>
      {(close) => (
        <Form
          submit={words.othersSend}
          send={(fields) =>
            approve(shift.id, { minutes: Number(text(fields, "minutes")), reason: text(fields, "reason") })
          }
          done={async () => {
            close();
            toast(words.approved, "gain");
            await attendanceDecided(queries);
          }}
        >
          <p>{words.othersText}</p>
          {shift.least_fee_minutes !== null && shift.least_fee_kobo !== null && (
            <p>
              {words.leastFee(shift.least_fee_minutes)} <Money kobo={shift.least_fee_kobo} />.
            </p>
          )}
          <MinutesField
            label={words.minutes}
            least={shift.may_approve_as_recorded ? 0 : 1}
            most={shift.most_minutes}
            defaultValue={shift.asked_minutes ?? ""}
          />
          <TextArea name="reason" label={words.reason} hint={words.reasonHint} required maxLength={500} />
        </Form>
      )}
    </Confirmed>
  );
}

function Contest({ shift }: { shift: Assignment }) {
  const words = useWords(approvingWords);
  const queries = useQueryClient();
  return (
    <Confirmed label={words.contest} of={shift.worker.name} title={words.contestTitle}>
      {(close) => (
        <Form
          submit={words.contestSend}
          send={(fields) => contest(shift.id, text(fields, "reason"))}
          done={async () => {
            close();
            toast(words.contestDone, "gain");
            await attendanceDecided(queries);
          }}
        >
          <p>{words.contestText}</p>
          <TextArea name="reason" label={words.reason} hint={words.reasonHint} required maxLength={500} />
        </Form>
      )}
    </Confirmed>
  );
}

function NoShow({ shift }: { shift: Assignment }) {
  const words = useWords(approvingWords);
  const queries = useQueryClient();
  return (
    <Step
      label={words.noShow}
      of={shift.worker.name}
      look="harm"
      title={words.noShowTitle}
      yes={words.noShowConfirm}
      send={() => markNoShow(shift.id)}
      done={() => toast(words.noShowDone, "gain")}
      settled={() => attendanceDecided(queries)}
    >
      <p>{words.noShowText}</p>
    </Step>
  );
}
