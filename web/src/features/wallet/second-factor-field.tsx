import { useState } from "react";
import { isProblem } from "@/api/refusals";
import { Field } from "@/ui/field";
import { useWords } from "@/ui/words";
import { walletWords } from "./words";

/** Whether the server has asked for a second factor: then the form grows a field for it. */
export function useSecondFactor() {
  const [needed, setNeeded] = useState(false);
  return {
    needed,
    watch:
      <T,>(send: (fields: FormData) => Promise<T>) =>
      async (fields: FormData): Promise<T> => {
        try {
          return await send(fields);
        } catch (error) {
          if (isProblem(error, "second_factor_required")) setNeeded(true);
          throw error;
        }
      },
  };
}

export function SecondFactorField({ needed }: { needed: boolean }) {
  const words = useWords(walletWords);
  if (!needed) return null;
  return (
    <Field
      name="second_factor_code"
      label={words.code}
      hint={words.needsCode}
      autoComplete="one-time-code"
      maxLength={11}
      required
    />
  );
}
