import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Form, text } from "@/api/form";
import { attendanceDecided, extraTimeCost, offerExtraTime } from "@/api/queries/approving";
import type { Assignment } from "@/api/types";
import { Confirmed } from "@/ui/confirmed";
import { MinutesField } from "@/ui/minutes-field";
import { Moment } from "@/ui/moment";
import { Money } from "@/ui/money";
import { Fact, Facts } from "@/ui/page";
import { Notice } from "@/ui/tag";
import { toast } from "@/ui/toast";
import { useWords } from "@/ui/words";
import { approvingWords } from "./words";

/** Asks somebody at work to stay longer, with what that costs shown while the minutes are typed. */
export function ExtraTime({ shift }: { shift: Assignment }) {
  const words = useWords(approvingWords);
  const queries = useQueryClient();
  const [minutes, setMinutes] = useState<number | null>(null);
  return (
    <Confirmed label={words.extraTime} of={shift.worker.name} title={words.extraTimeTitle}>
      {(close) => (
        <Form
          submit={words.extraTimeSend}
          send={(fields) => offerExtraTime(shift.id, Number(text(fields, "minutes")))}
          done={async () => {
            close();
            toast(words.extraTimeDone, "gain");
            await attendanceDecided(queries);
          }}
        >
          <p>{words.extraTimeText}</p>
          <MinutesField
            label={words.extraTimeMinutes}
            least={1}
            most={shift.most_extra_minutes}
            defaultValue=""
            onMinutes={setMinutes}
          />
          <Cost shift={shift} minutes={minutes} />
        </Form>
      )}
    </Confirmed>
  );
}

function Cost({ shift, minutes }: { shift: Assignment; minutes: number | null }) {
  const words = useWords(approvingWords);
  const { data: cost } = useQuery(extraTimeCost(shift.id, minutes));
  if (!cost) return null;
  return (
    <>
      <Facts>
        <Fact name={words.extraTimeUntil}>
          <Moment at={cost.ends_at} zone={shift.job.time_zone} />
        </Fact>
        <Fact name={words.extraTimeCosts}>
          <Money kobo={cost.wage_kobo} />, {words.endEarlyFee} <Money kobo={cost.fee_kobo} />
        </Fact>
      </Facts>
      {!cost.is_covered && <Notice tone="wait" title={words.extraTimeNotCovered} />}
    </>
  );
}
