import { useMutation } from "@tanstack/react-query";
import { getRouteApi, Link, useRouter } from "@tanstack/react-router";
import { useState } from "react";
import { logIn, sendCode, verifyEmail } from "@/api/auth";
import { Form, secret, text } from "@/api/form";
import { Button } from "@/ui/button";
import { Field, PasswordField } from "@/ui/field";
import { toast } from "@/ui/toast";
import { useWords } from "@/ui/words";
import { CodeField } from "./code-field";
import { AuthFrame } from "./frame";
import { forgetSignUp, passwordOf } from "./fresh-signup";
import { authWords } from "./words";

const route = getRouteApi("/visitors/verify");
type Who = { email: string; password: string };

export function Verify() {
  const words = useWords(authWords);
  const { email, next } = route.useSearch();
  const router = useRouter();
  // Of the sign-up that led here; who comes by another way types it.
  const [fresh] = useState(() => passwordOf(email));
  const again = useMutation({
    mutationFn: (address: string) => sendCode(address, "verify_email"),
    onSuccess: () => toast(words.sentAgain, "gain"),
  });

  async function send(fields: FormData): Promise<Who> {
    const who = { email: email ?? text(fields, "email"), password: fresh ?? secret(fields, "password") };
    await verifyEmail({ ...who, code: text(fields, "code") });
    return who;
  }

  /** In, without typing it all again. Where that does not work, the log-in says why. */
  async function done(who: Who): Promise<void> {
    forgetSignUp();
    try {
      await logIn(who);
      toast(words.welcome, "gain");
      await router.invalidate();
    } catch {
      toast(words.verified, "gain");
      await router.navigate({ to: "/login", search: { next } });
    }
  }

  return (
    <AuthFrame title={words.verifyTitle}>
      {email && <p>{words.verifyText(email)}</p>}
      <Form
        send={send}
        done={done}
        submit={words.confirm}
        aside={
          email && (
            <Button look="quiet" busy={again.isPending} onClick={() => again.mutate(email)}>
              {words.sendAgain}
            </Button>
          )
        }
      >
        {!email && <Field name="email" type="email" label={words.email} autoComplete="username" required />}
        <CodeField name="code" label={words.code} />
        {fresh === undefined && (
          <PasswordField
            name="password"
            label={words.password}
            hint={words.signUpPasswordHint}
            autoComplete="current-password"
            required
          />
        )}
      </Form>
      {fresh === undefined && (
        <p>
          <Link to="/reset" className="text-action underline">
            {words.forgotten}
          </Link>
        </p>
      )}
    </AuthFrame>
  );
}
