import { useMutation, useQueryClient } from "@tanstack/react-query";
import { acceptExtraTime, assignmentQuery, attendanceChanged, declineExtraTime } from "@/api/queries/assignments";
import type { components } from "@/api/schema";
import type { Assignment } from "@/api/types";
import { Button } from "@/ui/button";
import { Minutes, Moment } from "@/ui/moment";
import { Money } from "@/ui/money";
import { Notice } from "@/ui/tag";
import { toast } from "@/ui/toast";
import { useWords } from "@/ui/words";
import { shiftWords } from "./words";

type Offer = components["schemas"]["ExtraTimeOfferOut"];

/** The client asks to stay longer: for how long, until when and for how much, before any word is given. */
export function ExtraTime({ shift, offer }: { shift: Assignment; offer: Offer }) {
  const words = useWords(shiftWords);
  const staying = useAnswer(() => acceptExtraTime(shift.id, offer.minutes), words.stays);
  const leaving = useAnswer(() => declineExtraTime(shift.id, offer.minutes), words.leaves);
  return (
    <Notice
      tone="action"
      title={
        <>
          {words.stayLonger} <Minutes minutes={offer.minutes} />
        </>
      }
    >
      <p>
        {words.stayUntil} <Moment at={offer.ends_at} zone={shift.job.time_zone} />, {words.stayFor}{" "}
        <Money kobo={offer.wage_kobo} className="font-medium" />.
      </p>
      <p>{words.stayPaid}</p>
      <div className="mt-2 flex flex-wrap gap-3">
        {shift.may_accept_extra_time && (
          <Button look="main" busy={staying.isPending} onClick={() => staying.mutate()}>
            {words.agree}
          </Button>
        )}
        {shift.may_decline_extra_time && (
          <Button busy={leaving.isPending} onClick={() => leaving.mutate()}>
            {words.leave}
          </Button>
        )}
      </div>
    </Notice>
  );
}

/** Read again also after a refusal: the offer may be another one by now. */
function useAnswer(send: () => ReturnType<typeof acceptExtraTime>, said: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: send,
    async onSuccess(answer) {
      toast(said, "gain");
      // Answered is gone, and not only once it was read again.
      queries.setQueryData(
        assignmentQuery(answer.id).queryKey,
        (shown) => shown && { ...shown, extra_time_offer: null },
      );
      await attendanceChanged(queries, answer);
    },
    onError: () => queries.invalidateQueries({ queryKey: ["assignments"] }),
  });
}
