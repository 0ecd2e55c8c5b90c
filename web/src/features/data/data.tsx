import { useMutation } from "@tanstack/react-query";
import { Link, type LinkProps } from "@tanstack/react-router";
import { useState } from "react";
import { Form, secret, text } from "@/api/form";
import { deleteMe, exportMe } from "@/api/queries/security";
import { isProblem } from "@/api/refusals";
import { signedOut } from "@/api/session";
import { SecondFactorField, useSecondFactor } from "@/features/wallet/second-factor-field";
import { Button } from "@/ui/button";
import { PasswordField } from "@/ui/field";
import { Page, Section } from "@/ui/page";
import { Notice } from "@/ui/tag";
import { useWords } from "@/ui/words";
import { dataWords } from "./words";

/** Where each thing that is open can be ended, or looked at. An application says what giving its shifts back costs. */
const PLACES: Readonly<Record<string, LinkProps>> = {
  shifts_ahead: { to: "/applications", search: { status: "accepted" } },
  live_shifts: { to: "/assignments" },
  live_jobs: { to: "/clientjobs" },
  wallet_balance: { to: "/wallet" },
  withdrawal_in_flight: { to: "/wallet/withdrawals" },
  refund_in_flight: { to: "/payments" },
  payment_in_flight: { to: "/payments" },
  chargebacks: { to: "/payments" },
  open_disputes: { to: "/disputes" },
};

export function Data() {
  const words = useWords(dataWords);
  const copy = useMutation({ mutationFn: exportMe, onSuccess: (everything) => download(everything) });
  return (
    <Page title={words.title}>
      <Section title={words.export}>
        <p className="text-soft">{words.exportText}</p>
        <div>
          <Button busy={copy.isPending} onClick={() => copy.mutate()}>
            {words.download}
          </Button>
        </div>
      </Section>
      <Section title={words.remove}>
        <Deletion />
      </Section>
    </Page>
  );
}

function download(everything: object): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([JSON.stringify(everything, null, 1)], { type: "application/json" }));
  link.download = "payshift.json";
  link.click();
  URL.revokeObjectURL(link.href);
}

function Deletion() {
  const words = useWords(dataWords);
  const factor = useSecondFactor();
  const [open, setOpen] = useState<string[]>([]);
  const reasons: Readonly<Record<string, string>> = words.obligations;

  async function send(fields: FormData): Promise<void> {
    const code = text(fields, "second_factor_code").toUpperCase();
    try {
      await deleteMe({ password: secret(fields, "password"), ...(code && { second_factor_code: code }) });
    } catch (error) {
      if (isProblem(error, "open_obligations")) setOpen((error.problem.errors ?? []).map((one) => one.code));
      throw error;
    }
  }

  return (
    <>
      <p className="text-soft">{words.removeText}</p>
      {open.length > 0 && (
        <Notice tone="wait" title={words.open}>
          <ul className="list-disc ps-5">
            {open.map((code) => (
              <li key={code}>
                <Link {...PLACES[code]} className="block py-2.5 text-action underline">
                  {reasons[code] ?? code}
                </Link>
              </li>
            ))}
          </ul>
        </Notice>
      )}
      <Form send={factor.watch(send)} done={() => signedOut()} submit={words.removeNow} look="harm">
        <PasswordField name="password" label={words.password} autoComplete="current-password" required />
        <SecondFactorField needed={factor.needed} />
      </Form>
    </>
  );
}
