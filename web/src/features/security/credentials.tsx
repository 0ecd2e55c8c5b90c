import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Form, secret, text } from "@/api/form";
import { meChanged } from "@/api/queries/people";
import { changeEmail, changePassword, confirmEmail } from "@/api/queries/security";
import { signedOut } from "@/api/session";
import { SecondFactorField, useSecondFactor } from "@/features/wallet/second-factor-field";
import { Field, PasswordField } from "@/ui/field";
import { toast } from "@/ui/toast";
import { useWords } from "@/ui/words";
import { securityWords } from "./words";

function factorOf(fields: FormData): { second_factor_code?: string } {
  const code = text(fields, "second_factor_code").toUpperCase();
  return code ? { second_factor_code: code } : {};
}

export function ChangePassword() {
  const words = useWords(securityWords);
  const factor = useSecondFactor();
  return (
    <Form
      send={factor.watch((fields) =>
        changePassword({
          current_password: secret(fields, "current_password"),
          new_password: secret(fields, "new_password"),
          ...factorOf(fields),
        }),
      )}
      done={() => {
        toast(words.passwordSaved, "gain");
        signedOut();
      }}
      submit={words.save}
      look="plain"
    >
      <PasswordField name="current_password" label={words.current} autoComplete="current-password" required />
      <PasswordField
        name="new_password"
        label={words.next}
        hint={words.nextHint}
        autoComplete="new-password"
        minLength={10}
        required
      />
      <SecondFactorField needed={factor.needed} />
    </Form>
  );
}

export function ChangeEmail() {
  const words = useWords(securityWords);
  const queries = useQueryClient();
  const factor = useSecondFactor();
  const [sent, setSent] = useState(false);
  if (sent) {
    return (
      <Form
        send={(fields) => confirmEmail(text(fields, "code"))}
        done={async () => {
          setSent(false);
          toast(words.emailSaved, "gain");
          await meChanged(queries);
        }}
        submit={words.save}
      >
        <Field name="code" label={words.emailCode} inputMode="numeric" pattern="[0-9]{6}" maxLength={6} required />
      </Form>
    );
  }
  return (
    <Form
      send={factor.watch((fields) =>
        changeEmail({ email: text(fields, "email"), password: secret(fields, "password"), ...factorOf(fields) }),
      )}
      done={() => setSent(true)}
      submit={words.sendCode}
      look="plain"
    >
      <Field name="email" type="email" label={words.newEmail} autoComplete="email" required />
      <PasswordField name="password" label={words.password} autoComplete="current-password" required />
      <SecondFactorField needed={factor.needed} />
    </Form>
  );
}
