import { Link, useRouter } from "@tanstack/react-router";
import { useState } from "react";
import { askReset, confirmReset } from "@/api/auth";
import { Form, secret, text } from "@/api/form";
import { Field, PasswordField } from "@/ui/field";
import { toast } from "@/ui/toast";
import { useWords } from "@/ui/words";
import { CodeField } from "./code-field";
import { AuthFrame } from "./frame";
import { authWords } from "./words";

export function Reset() {
  const words = useWords(authWords);
  const router = useRouter();
  const [email, setEmail] = useState("");

  async function ask(fields: FormData): Promise<string> {
    const address = text(fields, "email");
    await askReset(address);
    return address;
  }

  async function done(): Promise<void> {
    toast(words.resetDone, "gain");
    await router.navigate({ to: "/login" });
  }

  return (
    <AuthFrame key={email} title={words.resetTitle}>
      {email ? (
        <>
          <p>{words.verifyText(email)}</p>
          <Form
            send={(fields) =>
              confirmReset({ email, code: text(fields, "code"), new_password: secret(fields, "new_password") })
            }
            done={done}
            submit={words.save}
          >
            <CodeField name="code" label={words.code} />
            <PasswordField
              name="new_password"
              label={words.newPassword}
              hint={words.passwordHint}
              autoComplete="new-password"
              minLength={10}
              required
            />
          </Form>
        </>
      ) : (
        <>
          <p>{words.resetText}</p>
          <Form send={ask} done={setEmail} submit={words.sendCode}>
            <Field name="email" type="email" label={words.email} autoComplete="username" required />
          </Form>
        </>
      )}
      <p>
        <Link to="/login" className="text-action underline">
          {words.backToLogIn}
        </Link>
      </p>
    </AuthFrame>
  );
}
