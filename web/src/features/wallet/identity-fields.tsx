import { secret } from "@/api/form";
import type { Limits } from "@/api/types";
import { Choice, PasswordField } from "@/ui/field";
import { useWords } from "@/ui/words";
import { limitsWords } from "./limits-words";

export type IdentityKind = Limits["may_confirm"][number];

/** Which number of the state's registers, and the number, which no browser keeps. */
export function IdentityFields({
  kinds,
  kind,
  onChange,
}: {
  kinds: readonly IdentityKind[];
  kind: IdentityKind;
  onChange: (kind: IdentityKind) => void;
}) {
  const words = useWords(limitsWords);
  const options = kinds.map((one) => [one, words.kind[one]] as const);
  return (
    <>
      {options.length > 1 && (
        <Choice label={words.which} name="kind" value={kind} options={options} onChange={onChange} />
      )}
      <PasswordField
        // What was typed for the one is not sent as the other.
        key={kind}
        name="number"
        label={words.number[kind]}
        hint={words.hint[kind]}
        inputMode="numeric"
        autoComplete="off"
        pattern="\s*([0-9]\s*){11}"
        // The browser says it with its own words when something else was typed.
        title={words.digits[kind]}
        maxLength={16}
        required
      />
    </>
  );
}

/** As it was typed, blanks and all, without them. */
export function identityNumber(fields: FormData): string {
  return secret(fields, "number").replace(/\D/g, "");
}
