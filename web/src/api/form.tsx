import { useMutation } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useRef } from "react";
import { Button, type Look } from "@/ui/button";
import { FieldProblems } from "@/ui/field";
import { Failure } from "./failure";
import { ProblemError } from "./refusals";
import { fieldProblems } from "./refused-fields";

type Props<T> = {
  /** Reads the fields and sends them. What it throws is shown at the fields or above the button. */
  send: (fields: FormData) => Promise<T>;
  done?: (answer: T) => unknown;
  submit: ReactNode;
  look?: Look;
  children?: ReactNode;
  /** Beside the button. */
  aside?: ReactNode;
};

const NONE: Readonly<Record<string, string>> = {};

/** A form: the browser checks what it can, the server's words about a field stand at the field, and while the answer
    is on its way a second tap sends nothing. */
export function Form<T>({ send, done, submit, look = "main", children, aside }: Props<T>) {
  const form = useRef<HTMLFormElement>(null);
  const sending = useRef(false);
  // Without `gcTime` what was typed, passwords too, would be remembered for minutes after the form is gone.
  const { mutateAsync, error, isPending } = useMutation({ mutationFn: send, gcTime: 0, meta: { quiet: true } });
  const fields = error ? fieldProblems(error) : NONE;

  async function submitted(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    // The state of the screen comes a moment after the tap; the second tap may be there before.
    if (sending.current) return;
    sending.current = true;
    try {
      await done?.(await mutateAsync(new FormData(event.currentTarget)));
    } catch (problem) {
      if (problem instanceof ProblemError) requestAnimationFrame(() => firstInvalid(form.current)?.focus());
    } finally {
      sending.current = false;
    }
  }

  return (
    <form ref={form} onSubmit={submitted} className="grid gap-4">
      <FieldProblems value={fields}>{children}</FieldProblems>
      {error && !shown(fields, form.current) && <Failure error={error} />}
      <div className="flex flex-wrap items-center gap-3">
        <Button type="submit" look={look} busy={isPending}>
          {submit}
        </Button>
        {aside}
      </div>
    </form>
  );
}

function firstInvalid(form: HTMLFormElement | null): HTMLElement | null | undefined {
  return form?.querySelector<HTMLElement>("[aria-invalid=true]");
}

/** Whether every problem of a field has its field in the form; else it must be said above the button. */
function shown(fields: Readonly<Record<string, string>>, form: HTMLFormElement | null): boolean {
  const names = Object.keys(fields);
  return names.length > 0 && names.every((name) => form?.elements.namedItem(name));
}

/** A field as text, trimmed. */
export function text(fields: FormData, name: string): string {
  return String(fields.get(name) ?? "").trim();
}

/** A password as it was typed: spaces at its ends belong to it. */
export function secret(fields: FormData, name: string): string {
  return String(fields.get(name) ?? "");
}
