import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Form, text } from "@/api/form";
import { attendanceDecided, endingCost, endShift } from "@/api/queries/approving";
import type { components } from "@/api/schema";
import type { Assignment } from "@/api/types";
import { Confirmed } from "@/ui/confirmed";
import { Check, TextArea } from "@/ui/field";
import { Minutes } from "@/ui/moment";
import { Money } from "@/ui/money";
import { Fact, Facts } from "@/ui/page";
import { Skeleton } from "@/ui/skeleton";
import { toast } from "@/ui/toast";
import { useWords } from "@/ui/words";
import { approvingWords } from "./words";

/** Sends somebody home before the end, once it has shown what that costs. */
export function EndEarly({ shift }: { shift: Assignment }) {
  const words = useWords(approvingWords);
  const queries = useQueryClient();
  return (
    <Confirmed label={words.endEarly} of={shift.worker.name} title={words.endEarlyTitle}>
      {(close) => (
        <Form
          submit={words.endEarlySend}
          send={(fields) => endShift(shift.id, text(fields, "reason"), fields.has("at_fault"))}
          done={async () => {
            close();
            toast(words.endEarlyDone, "gain");
            await attendanceDecided(queries);
          }}
        >
          <p>{words.endEarlyText}</p>
          <Cost id={shift.id} />
          <TextArea name="reason" label={words.reason} hint={words.reasonHint} required maxLength={500} />
          <Check name="at_fault" label={words.atFault} hint={words.atFaultHint} />
        </Form>
      )}
    </Confirmed>
  );
}

function Cost({ id }: { id: number }) {
  const words = useWords(approvingWords);
  const { data: cost } = useQuery(endingCost(id));
  if (!cost) return <Skeleton height="h-16" />;
  return (
    <Facts>
      <Fact name={words.endEarlyWithoutFault}>
        <Ending ending={cost.without_fault} />
      </Fact>
      <Fact name={words.endEarlyAtFault}>
        <Ending ending={cost.at_fault} />
      </Fact>
    </Facts>
  );
}

function Ending({ ending }: { ending: components["schemas"]["EndingOut"] }) {
  const words = useWords(approvingWords);
  return (
    <>
      <Minutes minutes={ending.minutes} />, <Money kobo={ending.wage_kobo} />, {words.endEarlyFee}{" "}
      <Money kobo={ending.fee_kobo} />
    </>
  );
}
