import { useMutation } from "@tanstack/react-query";
import { getRouteApi, useRouter } from "@tanstack/react-router";
import { sendCode, verifyEmail } from "@/api/auth";
import { Form, text } from "@/api/form";
import { Button } from "@/ui/button";
import { Field } from "@/ui/field";
import { toast } from "@/ui/toast";
import { useWords } from "@/ui/words";
import { CodeField } from "./code-field";
import { AuthFrame } from "./frame";
import { authWords } from "./words";

const route = getRouteApi("/visitors/verify");

export function Verify() {
  const words = useWords(authWords);
  const { email, next } = route.useSearch();
  const router = useRouter();
  const again = useMutation({
    mutationFn: (address: string) => sendCode(address, "verify_email"),
    onSuccess: () => toast(words.sentAgain, "gain"),
  });

  async function done(): Promise<void> {
    toast(words.verified, "gain");
    await router.navigate({ to: "/login", search: { next } });
  }

  return (
    <AuthFrame title={words.verifyTitle}>
      {email && <p>{words.verifyText(email)}</p>}
      <Form
        send={(fields) => verifyEmail({ email: email ?? text(fields, "email"), code: text(fields, "code") })}
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
      </Form>
    </AuthFrame>
  );
}
