import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useRef, useState } from "react";
import { Button, type Look } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { uiWords } from "@/ui/ui-words";
import { useWords } from "@/ui/words";
import { Failure } from "./failure";
import { ProblemError, say } from "./refusals";

type Props<T> = {
  /** On the button that opens the sheet. */
  label: ReactNode;
  /** Whom or what it is about, where the screen has the same button several times. */
  of?: string;
  look?: Look;
  title: string;
  /** What it means, said before. */
  children: ReactNode;
  yes: string;
  back?: string;
  /** How the button in the sheet looks, where it is not as grave as the one that opens it, or graver. */
  yesLook?: Look;
  send: () => Promise<T>;
  done?: (answer: T) => unknown;
  /** After an answer of either kind: what is shown may have changed meanwhile. */
  settled?: () => unknown;
};

/** A step that asks before anything is sent: a button, and a sheet with what it means, the step itself and the way back.

    It is sent once, however often somebody taps. A refusal closes the sheet, since the screen is read again, and is said
    at its edge; without an answer the sheet stays, says so, and can be tried again. */
export function Step<T>({ label, of, look = "plain", title, children, yes, back, yesLook = look, ...what }: Props<T>) {
  const words = useWords(uiWords);
  const [open, setOpen] = useState(false);
  const sending = useRef(false);
  const step = useMutation({
    mutationFn: what.send,
    meta: { quiet: true },
    onSuccess(answer) {
      setOpen(false);
      return what.done?.(answer);
    },
    onError(error) {
      const refused = error instanceof ProblemError && error.status < 500;
      if (open && !refused) return;
      setOpen(false);
      say(error);
    },
    onSettled() {
      sending.current = false;
      return what.settled?.();
    },
  });
  function taken() {
    // The state of the screen comes a moment after the tap; the second tap may be there before.
    if (sending.current) return;
    sending.current = true;
    step.mutate();
  }
  function asked() {
    if (!sending.current) step.reset();
    setOpen(true);
  }
  return (
    <>
      <Button look={look} aria-label={of && `${label}: ${of}`} onClick={asked}>
        {label}
      </Button>
      <Dialog open={open} onClose={() => setOpen(false)} title={title} sheet>
        {children}
        {step.error && <Failure error={step.error} />}
        <div className="flex flex-wrap gap-3">
          <Button look={yesLook} busy={step.isPending} onClick={taken}>
            {yes}
          </Button>
          <Button onClick={() => setOpen(false)}>{back ?? words.back}</Button>
        </div>
      </Dialog>
    </>
  );
}
