import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { Form } from "@/api/form";
import { configQuery, type Rules } from "@/api/queries/config";
import { type Provider, payJob } from "@/api/queries/payments";
import { walletQuery } from "@/api/queries/wallet";
import { Choice } from "@/ui/field";
import { money } from "@/ui/format";
import { Card } from "@/ui/page";
import { Notice } from "@/ui/tag";
import { toast } from "@/ui/toast";
import { useWords } from "@/ui/words";
import { payingWords } from "./words";

const PROVIDERS: readonly Provider[] = ["paystack", "flutterwave", "wallet"];

/** Money came for the job that is not what was asked for: no second payment is offered. */
export function InReview() {
  const words = useWords(payingWords);
  return (
    <Notice tone="wait" title={words.inReview}>
      {words.inReviewText}
    </Notice>
  );
}

/** What becomes of the money if the job comes to nothing, said before it is paid. The server's own half-up rounding. */
function BackOnCard({ paid, rules }: { paid: number; rules: Rules }) {
  const words = useWords(payingWords);
  const share = Math.floor((2 * paid * rules.card_refund_fee_bps + 10_000) / 20_000);
  const fee = Math.min(share, rules.maximum_card_refund_fee_kobo);
  if (fee === 0) return null;
  return <p className="text-soft">{words.backFee(rules.free_card_refunds_per_month, money(fee))}</p>;
}

/** Paying a job that waits for its money. The sum is what the server says is missing. */
export function Paying({ jobId, outstanding }: { jobId: number; outstanding: number }) {
  const words = useWords(payingWords);
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { data: wallet } = useQuery(walletQuery());
  const { data: config } = useQuery(configQuery());
  const [provider, setProvider] = useState<Provider>("paystack");
  return (
    <Card main className="grid gap-4">
      <h2 className="text-xl">{words.payTitle(money(outstanding))}</h2>
      <p>{words.payText}</p>
      <Form
        submit={words.pay}
        send={() => payJob(queries, jobId, provider)}
        done={(started) => {
          if (started.authorization_url) location.assign(started.authorization_url);
          else if (started.status === "succeeded") toast(words.paidFromWallet, "gain");
          // The provider is slow: its page is waited for there.
          else void navigate({ to: "/payments/$reference", params: { reference: started.reference } });
        }}
        aside={<span className="text-sm text-soft">{provider === "wallet" ? "" : words.toCheckout}</span>}
      >
        <Choice
          label={words.how}
          name="provider"
          value={provider}
          onChange={setProvider}
          options={PROVIDERS.map((one) => [one, words.provider[one]] as const)}
        />
        {provider === "wallet" && wallet && (
          <p className="text-soft">
            {words.walletHas(money(wallet.balance_kobo))} {wallet.balance_kobo < outstanding && words.walletShort}{" "}
            {wallet.balance_kobo < outstanding && config?.virtual_accounts && (
              <Link to="/wallet" className="font-medium text-action underline">
                {words.fillWallet}
              </Link>
            )}
          </p>
        )}
        {provider !== "wallet" && config && <BackOnCard paid={outstanding} rules={config} />}
      </Form>
    </Card>
  );
}
