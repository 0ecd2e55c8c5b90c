import { getRouteApi, Link, useRouter } from "@tanstack/react-router";
import { useState } from "react";
import { signUp } from "@/api/auth";
import { Form, secret, text } from "@/api/form";
import { Choice, Field, PasswordField } from "@/ui/field";
import { useWords } from "@/ui/words";
import { AuthFrame } from "./frame";
import { keepSignUp } from "./fresh-signup";
import { authWords } from "./words";

const route = getRouteApi("/visitors/signup");

export function SignUp() {
  const words = useWords(authWords);
  const { next } = route.useSearch();
  const router = useRouter();
  const [role, setRole] = useState<"applicant" | "client">("applicant");

  async function send(fields: FormData): Promise<string> {
    const email = text(fields, "email");
    const password = secret(fields, "password");
    await signUp({
      email,
      password,
      first_name: text(fields, "first_name"),
      last_name: text(fields, "last_name"),
      role,
    });
    keepSignUp({ email, password });
    return email;
  }

  return (
    <AuthFrame title={words.signUp}>
      <Form
        send={send}
        done={(email) =>
          router.navigate({ to: "/verify", search: { email, next: isFor(role, next) ? next : undefined } })
        }
        submit={words.signUp}
      >
        <Choice
          label={words.role}
          name="role"
          value={role}
          onChange={setRole}
          options={[
            ["applicant", words.roleWorker],
            ["client", words.roleClient],
          ]}
        />
        <Field
          name="first_name"
          label={words.firstName}
          hint={words.nameHint}
          autoComplete="given-name"
          maxLength={100}
          required
        />
        <Field
          name="last_name"
          label={words.lastName}
          hint={words.lastNameHint}
          autoComplete="family-name"
          maxLength={100}
        />
        <Field name="email" type="email" label={words.email} autoComplete="username" required />
        <PasswordField
          name="password"
          label={words.password}
          hint={words.passwordHint}
          autoComplete="new-password"
          minLength={10}
          required
        />
      </Form>
      <p>
        {words.haveAccount}{" "}
        <Link to="/login" search={{ next }} className="text-action underline">
          {words.logIn}
        </Link>
      </p>
    </AuthFrame>
  );
}

/** Who came to find work and chose to post some is led to their own first screen. */
function isFor(role: "applicant" | "client", next: string | undefined): boolean {
  return role === "applicant" || !next?.startsWith("/jobs");
}
