import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Form, secret, text } from "@/api/form";
import {
  confirmFactor,
  dropFactor,
  factorQuery,
  newRecoveryCodes,
  offerFactor,
  securityKeys,
} from "@/api/queries/security";
import { Button } from "@/ui/button";
import { Field, PasswordField } from "@/ui/field";
import { Bone } from "@/ui/skeleton";
import { Notice, Tag } from "@/ui/tag";
import { toast } from "@/ui/toast";
import { useWords } from "@/ui/words";
import { QrCode } from "./qr-code";
import { securityWords } from "./words";

type Offer = { secret: string; otpauth_uri: string };

export function SecondFactor() {
  const words = useWords(securityWords);
  const queries = useQueryClient();
  const { data: factor } = useQuery(factorQuery());
  const [offer, setOffer] = useState<Offer | null>(null);
  const [codes, setCodes] = useState<string[] | null>(null);
  const [dropping, setDropping] = useState<"off" | "codes" | null>(null);

  function changed(): Promise<void> {
    return queries.invalidateQueries({ queryKey: securityKeys.factor() });
  }

  if (!factor) return <Bone className="h-32" />;
  if (codes) return <RecoveryCodes codes={codes} done={() => setCodes(null)} />;
  if (offer) {
    return (
      <>
        <p>{words.scan}</p>
        <QrCode text={offer.otpauth_uri} label={words.qr} />
        <p>
          {words.orType} <code className="font-bold">{offer.secret}</code>
        </p>
        <Form
          key="confirm"
          send={(fields) => confirmFactor(text(fields, "second_factor_code"))}
          done={async ({ recovery_codes }) => {
            setOffer(null);
            setCodes(recovery_codes);
            await changed();
          }}
          submit={words.confirm}
        >
          <Field
            name="second_factor_code"
            label={words.code}
            inputMode="numeric"
            autoComplete="one-time-code"
            pattern="[0-9]{6}"
            maxLength={6}
            required
          />
        </Form>
      </>
    );
  }
  if (!factor.is_on) {
    return (
      <>
        <p className="text-soft">{words.factorText}</p>
        <Form
          key="offer"
          send={(fields) => offerFactor(secret(fields, "password"))}
          done={setOffer}
          submit={words.begin}
          look="plain"
        >
          <PasswordField name="password" label={words.password} autoComplete="current-password" required />
        </Form>
      </>
    );
  }
  return (
    <>
      <p className="flex items-center gap-2">
        <Tag tone="gain">{words.on}</Tag> {words.left(factor.recovery_codes_left)}
      </p>
      {dropping ? (
        <Form
          key={dropping}
          send={async (fields) => {
            const proof = {
              password: secret(fields, "password"),
              second_factor_code: text(fields, "second_factor_code").toUpperCase(),
            };
            if (dropping === "codes") return (await newRecoveryCodes(proof)).recovery_codes;
            await dropFactor(proof);
            return null;
          }}
          done={async (fresh) => {
            setDropping(null);
            setCodes(fresh);
            if (!fresh) toast(words.switchedOff);
            await changed();
          }}
          submit={dropping === "codes" ? words.newCodes : words.switchOff}
        >
          <PasswordField name="password" label={words.password} autoComplete="current-password" required />
          <Field
            name="second_factor_code"
            label={words.factorCode}
            autoComplete="one-time-code"
            maxLength={11}
            required
          />
        </Form>
      ) : (
        <div className="flex flex-wrap gap-3">
          <Button onClick={() => setDropping("codes")}>{words.newCodes}</Button>
          <Button look="harm" onClick={() => setDropping("off")}>
            {words.switchOff}
          </Button>
        </div>
      )}
    </>
  );
}

function RecoveryCodes({ codes, done }: { codes: string[]; done: () => void }) {
  const words = useWords(securityWords);
  return (
    <Notice tone="wait" title={words.recovery}>
      <p>{words.recoveryText}</p>
      <ul className="my-3 grid grid-cols-2 gap-2">
        {codes.map((code) => (
          <li key={code}>
            <code className="text-lg">{code}</code>
          </li>
        ))}
      </ul>
      <Button onClick={done}>{words.written}</Button>
    </Notice>
  );
}
