import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Form, text } from "@/api/form";
import { askForMinutes, attendanceChanged, giveBack, takeBackCheckOut } from "@/api/queries/assignments";
import { Step } from "@/api/step";
import type { Assignment } from "@/api/types";
import { Button } from "@/ui/button";
import { Confirmed } from "@/ui/confirmed";
import { TextArea } from "@/ui/field";
import { MinutesField } from "@/ui/minutes-field";
import { Minutes } from "@/ui/moment";
import { Notice } from "@/ui/tag";
import { toast } from "@/ui/toast";
import { useWords } from "@/ui/words";
import { correctionWords } from "./correction-words";

/** What the worker can still put right, and what the other side said: as the server's `may_…` have it. */
export function Corrections({ shift }: { shift: Assignment }) {
  const words = useWords(correctionWords);
  return (
    <>
      {shift.contested_at && shift.status !== "no_show" && (
        <Notice tone="harm" title={words.contested}>
          <p>“{shift.contest_reason}”</p>
          {shift.may_check_in && <p>{words.answerContest}</p>}
        </Notice>
      )}
      {shift.status === "no_show" && (
        <Notice tone="harm" title={words.noShow}>
          {shift.may_check_in && <p>{words.refuteByCheckIn}</p>}
          {shift.may_ask_minutes && <p>{words.refuteByAsking}</p>}
        </Notice>
      )}
      {shift.ended_early_at && shift.status === "checked_out" && (
        <Notice tone="wait" title={words.endedEarly}>
          {shift.worked_minutes !== null && (
            <p>
              {words.endedEarlyCounts} <Minutes minutes={shift.worked_minutes} />
            </p>
          )}
          {shift.may_ask_minutes && <p>{words.endedEarlyAsk}</p>}
        </Notice>
      )}
      {shift.may_take_back_check_out && <TakeBack shift={shift} />}
      {shift.asked_minutes !== null && shift.status !== "approved" && (
        <Notice
          tone="wait"
          title={
            <>
              {words.asked} <Minutes minutes={shift.asked_minutes} />
            </>
          }
        >
          “{shift.asked_reason}”
        </Notice>
      )}
      {shift.may_ask_minutes && <Asking shift={shift} />}
      {shift.may_give_back && <GiveBack shift={shift} />}
    </>
  );
}

function GiveBack({ shift }: { shift: Assignment }) {
  const words = useWords(correctionWords);
  const queries = useQueryClient();
  return (
    <div>
      <Step
        label={words.giveBack}
        title={words.giveBackTitle}
        yes={words.giveBackYes}
        yesLook="harm"
        send={() => giveBack(shift.id)}
        done={(answer) => {
          toast(words.givenBack, "gain");
          return attendanceChanged(queries, answer);
        }}
      >
        <p>{words.giveBackText}</p>
      </Step>
    </div>
  );
}

function TakeBack({ shift }: { shift: Assignment }) {
  const words = useWords(correctionWords);
  const queries = useQueryClient();
  const back = useMutation({
    mutationFn: () => takeBackCheckOut(shift.id),
    async onSuccess(answer) {
      toast(words.takenBack, "gain");
      await attendanceChanged(queries, answer);
    },
  });
  return (
    <Notice title={words.takeBackTitle}>
      <p className="mb-3">{words.takeBackText}</p>
      <Button busy={back.isPending} onClick={() => back.mutate()}>
        {words.takeBack}
      </Button>
    </Notice>
  );
}

function Asking({ shift }: { shift: Assignment }) {
  const words = useWords(correctionWords);
  const queries = useQueryClient();
  const forgotten = shift.checked_in_at === null;
  return (
    <div>
      <Confirmed label={forgotten ? words.forgotCheckIn : words.ask} title={words.askTitle}>
        {(close) => (
          <Form
            submit={words.askSend}
            send={(fields) => askForMinutes(shift.id, Number(text(fields, "minutes")), text(fields, "reason"))}
            done={async (answer) => {
              close();
              toast(words.askDone, "gain");
              await attendanceChanged(queries, answer);
            }}
          >
            <p>{words.askText}</p>
            <MinutesField
              label={words.minutes}
              least={(shift.worked_minutes ?? 0) + 1}
              most={shift.most_minutes}
              defaultValue={shift.asked_minutes ?? ""}
            />
            <TextArea name="reason" label={words.reason} hint={words.reasonHint} required maxLength={500} />
          </Form>
        )}
      </Confirmed>
    </div>
  );
}
