import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Form, text } from "@/api/form";
import { PositionError, position } from "@/api/position";
import { attendanceChanged, checkIn } from "@/api/queries/assignments";
import { explain } from "@/api/refusals";
import type { Assignment, Attendance } from "@/api/types";
import { Button } from "@/ui/button";
import { Field } from "@/ui/field";
import { useOnline } from "@/ui/online";
import { Card, Section } from "@/ui/page";
import { Notice } from "@/ui/tag";
import { toast } from "@/ui/toast";
import { useWords } from "@/ui/words";
import { shiftWords } from "./words";

/** By position or by code. Never queued: the server's clock decides when somebody came. */
export function CheckIn({ shift }: { shift: Assignment }) {
  const words = useWords(shiftWords);
  const queries = useQueryClient();
  const online = useOnline();

  async function done(answer: Attendance): Promise<void> {
    toast(words.checkedIn, "gain");
    await attendanceChanged(queries, answer);
  }

  const byPosition = useMutation({
    mutationFn: async () => checkIn(shift.id, await position()),
    meta: { quiet: true },
    onSuccess: done,
  });

  return (
    <Section title={words.checkInTitle}>
      <p className="text-soft">{words.checkInText}</p>
      {!online && <Notice tone="wait" title={words.offlineCheckIn} />}
      {byPosition.error && (
        <div role="alert">
          <Notice tone="harm" title={said(byPosition.error)} />
        </div>
      )}
      {shift.check_in_needs_code ? (
        <p>{words.codeOnly}</p>
      ) : (
        <Button look="main" busy={byPosition.isPending} onClick={() => byPosition.mutate()}>
          {words.byPosition}
        </Button>
      )}
      <Card>
        <details open={shift.check_in_needs_code || !online}>
          <summary className="leading-8 font-medium text-action">{words.byCode}</summary>
          <div className="pt-3">
            <Form
              send={(fields) => checkIn(shift.id, { code: text(fields, "code") })}
              done={done}
              submit={words.checkInByCode}
            >
              <Field
                name="code"
                label={words.code}
                inputMode="numeric"
                autoComplete="off"
                pattern="[0-9]{6}"
                maxLength={6}
                className="text-xl tracking-widest"
                required
              />
            </Form>
          </div>
        </details>
      </Card>
    </Section>
  );

  function said(error: unknown): string {
    if (error instanceof PositionError) return error.why === "denied" ? words.denied : words.noPosition;
    return explain(error);
  }
}
