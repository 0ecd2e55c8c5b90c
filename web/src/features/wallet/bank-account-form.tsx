import { useQuery } from "@tanstack/react-query";
import { Form, secret, text } from "@/api/form";
import { banksQuery, saveBankAccount } from "@/api/queries/wallet";
import { Field, PasswordField, Select } from "@/ui/field";
import { useWords } from "@/ui/words";
import { SecondFactorField, useSecondFactor } from "./second-factor-field";
import { walletWords } from "./words";

export function BankAccountForm({ done }: { done: () => unknown }) {
  const words = useWords(walletWords);
  const { data: banks } = useQuery(banksQuery());
  const factor = useSecondFactor();

  function send(fields: FormData) {
    const code = text(fields, "second_factor_code").toUpperCase();
    return saveBankAccount({
      bank_code: text(fields, "bank_code"),
      account_number: text(fields, "account_number"),
      password: secret(fields, "password"),
      ...(code && { second_factor_code: code }),
    });
  }

  return (
    <Form send={factor.watch(send)} done={done} submit={words.saveAccount}>
      <Select name="bank_code" label={words.bank} defaultValue="" required>
        <option value="" disabled>
          {words.chooseBank}
        </option>
        {banks?.items.map((bank) => (
          <option key={bank.code} value={bank.code}>
            {bank.name}
          </option>
        ))}
      </Select>
      <Field
        name="account_number"
        label={words.number}
        hint={words.numberHint}
        inputMode="numeric"
        autoComplete="off"
        pattern="[0-9]{10}"
        maxLength={10}
        required
      />
      <PasswordField name="password" label={words.password} autoComplete="current-password" required />
      <SecondFactorField needed={factor.needed} />
    </Form>
  );
}
