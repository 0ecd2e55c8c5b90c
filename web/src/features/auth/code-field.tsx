import { Field } from "@/ui/field";

/** Six digits from a mail: the phone's keyboard of digits, and the phone's own offer to fill them in. */
export function CodeField({ name, label }: { name: string; label: string }) {
  return (
    <Field
      name={name}
      label={label}
      inputMode="numeric"
      autoComplete="one-time-code"
      pattern="[0-9]{6}"
      maxLength={6}
      className="text-xl tracking-widest"
      required
    />
  );
}
