import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Form, text } from "@/api/form";
import { approve, attendanceDecided, markNoShow } from "@/api/queries/approving";
import type { Assignment } from "@/api/types";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Field, TextArea } from "@/ui/field";
import { toast } from "@/ui/toast";
import { useWords } from "@/ui/words";
import { approvingWords } from "./words";

/** What the client can do about a shift as it stands. */
export function Decisions({ shift }: { shift: Assignment }) {
  if (shift.status === "checked_out") return <Approving shift={shift} />;
  if (shift.status === "scheduled") return <NoShow shift={shift} />;
  return null;
}

function Approving({ shift }: { shift: Assignment }) {
  const words = useWords(approvingWords);
  const queries = useQueryClient();
  const [fewer, setFewer] = useState(false);
  const approving = useMutation({
    mutationFn: () => approve(shift.id),
    onSuccess: () => toast(words.approved, "gain"),
    onSettled: () => attendanceDecided(queries),
  });
  return (
    <div className="flex flex-wrap gap-3">
      <Button
        look="main"
        busy={approving.isPending}
        aria-label={`${words.approve}: ${shift.worker.name}`}
        onClick={() => approving.mutate()}
      >
        {words.approve}
      </Button>
      <Button aria-label={`${words.fewer}: ${shift.worker.name}`} onClick={() => setFewer(true)}>
        {words.fewer}
      </Button>
      <Dialog open={fewer} onClose={() => setFewer(false)} title={words.fewerTitle} sheet>
        <p>{words.fewerText}</p>
        <Form
          submit={words.fewerSend}
          send={(fields) =>
            approve(shift.id, { minutes: Number(text(fields, "minutes")), reason: text(fields, "reason") })
          }
          done={async () => {
            setFewer(false);
            toast(words.approved, "gain");
            await attendanceDecided(queries);
          }}
        >
          <Field
            name="minutes"
            type="number"
            inputMode="numeric"
            label={words.minutes}
            hint={words.minutesHint(shift.worked_minutes ?? 0)}
            min={0}
            max={shift.worked_minutes ?? 0}
            required
          />
          <TextArea name="reason" label={words.reason} hint={words.reasonHint} required maxLength={500} />
        </Form>
      </Dialog>
    </div>
  );
}

function NoShow({ shift }: { shift: Assignment }) {
  const words = useWords(approvingWords);
  const queries = useQueryClient();
  const [open, setOpen] = useState(false);
  const marking = useMutation({
    mutationFn: () => markNoShow(shift.id),
    onSuccess: () => toast(words.noShowDone, "gain"),
    onSettled: async () => {
      setOpen(false);
      await attendanceDecided(queries);
    },
  });
  if (!shift.may_mark_no_show) return null;
  return (
    <div>
      <Button look="harm" aria-label={`${words.noShow}: ${shift.worker.name}`} onClick={() => setOpen(true)}>
        {words.noShow}
      </Button>
      <Dialog open={open} onClose={() => setOpen(false)} title={words.noShowTitle} sheet>
        <p>{words.noShowText}</p>
        <div className="flex flex-wrap gap-3">
          <Button look="harm" busy={marking.isPending} onClick={() => marking.mutate()}>
            {words.noShowConfirm}
          </Button>
          <Button onClick={() => setOpen(false)}>{words.keep}</Button>
        </div>
      </Dialog>
    </div>
  );
}
