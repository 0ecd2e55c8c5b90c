import { getRouteApi, Link, useRouter } from "@tanstack/react-router";
import { useState } from "react";
import { logIn } from "@/api/auth";
import { Form, secret, text } from "@/api/form";
import { isProblem } from "@/api/refusals";
import { buttonLook } from "@/ui/button";
import { Field, PasswordField } from "@/ui/field";
import { Notice } from "@/ui/tag";
import { useWords } from "@/ui/words";
import { AuthFrame } from "./frame";
import { authWords } from "./words";

const route = getRouteApi("/visitors/login");
type Who = { email: string; password: string };

export function LogIn() {
  const words = useWords(authWords);
  const { reason, next } = route.useSearch();
  const router = useRouter();
  // In memory while the second factor is asked for, and nowhere else.
  const [waiting, setWaiting] = useState<Who | null>(null);

  async function send(fields: FormData): Promise<"in" | "code"> {
    const who = waiting ?? { email: text(fields, "email"), password: secret(fields, "password") };
    try {
      const code = text(fields, "second_factor_code").toUpperCase();
      await logIn(waiting ? { ...who, second_factor_code: code } : who);
      return "in";
    } catch (error) {
      if (!isProblem(error, "second_factor_required")) {
        if (isProblem(error, "email_not_verified"))
          await router.navigate({ to: "/verify", search: who.email ? { email: who.email } : {} });
        throw error;
      }
      setWaiting(who);
      return "code";
    }
  }

  if (waiting) {
    return (
      <AuthFrame key="code" title={words.secondFactorTitle}>
        <Form send={send} done={() => router.invalidate()} submit={words.logIn}>
          <Field
            name="second_factor_code"
            label={words.secondFactor}
            hint={words.secondFactorHint}
            autoComplete="one-time-code"
            inputMode="text"
            required
          />
        </Form>
      </AuthFrame>
    );
  }
  return (
    <AuthFrame title={words.logIn}>
      {reason && <Notice tone="wait" title={words[reason]} />}
      <Form send={send} done={(what) => what === "in" && router.invalidate()} submit={words.logIn}>
        <Field name="email" type="email" label={words.email} autoComplete="username" required />
        <PasswordField name="password" label={words.password} autoComplete="current-password" required />
      </Form>
      <p>
        <Link to="/reset" className="text-action underline">
          {words.forgotten}
        </Link>
      </p>
      <section className="grid gap-3 border-t border-line pt-6">
        <h2 className="text-lg">{words.newHere}</h2>
        <Link to="/signup" search={{ next }} className={buttonLook()}>
          {words.signUp}
        </Link>
        {/* A page of the server's, which needs neither an account nor the app. */}
        <a href="/j" className={buttonLook("quiet")}>
          {words.lookFirst}
        </a>
      </section>
    </AuthFrame>
  );
}
