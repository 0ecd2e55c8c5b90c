import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Form, secret, text } from "@/api/form";
import { type Position, position } from "@/api/position";
import { industriesQuery } from "@/api/queries/jobs";
import { useMe } from "@/api/queries/me";
import { meChanged, saveMe } from "@/api/queries/people";
import { SecondFactorField, useSecondFactor } from "@/features/wallet/second-factor-field";
import { Check, Field, PasswordField, TextArea } from "@/ui/field";
import { Page } from "@/ui/page";
import { Bone } from "@/ui/skeleton";
import { toast } from "@/ui/toast";
import { useWords } from "@/ui/words";
import { Picture } from "./picture";
import { profileWords } from "./words";

export function EditProfile() {
  const words = useWords(profileWords);
  const me = useMe();
  const queries = useQueryClient();
  const [here, setHere] = useState<Position | null>(
    me.latitude !== null && me.longitude !== null ? { latitude: me.latitude, longitude: me.longitude } : null,
  );

  async function locate(wanted: boolean): Promise<void> {
    setHere(wanted ? await position().catch(() => null) : null);
  }

  const [renamed, setRenamed] = useState(false);
  const factor = useSecondFactor();

  function typed(event: FormEvent<HTMLElement>): void {
    const form = (event.target as HTMLInputElement).form;
    if (!form) return;
    const fields = new FormData(form);
    setRenamed(text(fields, "first_name") !== me.first_name || text(fields, "last_name") !== me.last_name);
  }

  const send = factor.watch((fields) => {
    const code = text(fields, "second_factor_code").toUpperCase();
    return saveMe({
      ...(renamed && { password: secret(fields, "password") }),
      ...(renamed && code && { second_factor_code: code }),
      first_name: text(fields, "first_name"),
      last_name: text(fields, "last_name"),
      username: text(fields, "username") || null,
      bio: text(fields, "bio"),
      phone: text(fields, "phone"),
      location: text(fields, "location"),
      skills: fields.getAll("skills").map(String),
      latitude: here?.latitude ?? null,
      longitude: here?.longitude ?? null,
    });
  });

  return (
    <Page title={words.title}>
      <Picture />
      <Form
        send={send}
        done={async (saved) => {
          await meChanged(queries, saved);
          setRenamed(false);
          toast(words.saved, "gain");
        }}
        submit={words.save}
      >
        <div onInput={typed} className="grid gap-4">
          <Field name="first_name" label={words.firstName} defaultValue={me.first_name} maxLength={100} required />
          <Field
            name="last_name"
            label={words.lastName}
            hint={words.lastNameHint}
            defaultValue={me.last_name}
            maxLength={100}
          />
        </div>
        {renamed && (
          <>
            <PasswordField
              name="password"
              label={words.password}
              hint={words.passwordHint}
              autoComplete="current-password"
              required
            />
            <SecondFactorField needed={factor.needed} />
          </>
        )}
        <Field
          name="username"
          label={words.username}
          hint={words.usernameHint}
          defaultValue={me.username ?? ""}
          pattern="[A-Za-z0-9_.]{3,30}"
          autoCapitalize="none"
          optional
        />
        <Field
          name="phone"
          type="tel"
          label={words.phone}
          hint={words.phoneHint}
          defaultValue={me.phone}
          autoComplete="tel"
          optional
        />
        <Field
          name="location"
          label={words.location}
          hint={words.locationHint}
          defaultValue={me.location}
          maxLength={200}
          optional
        />
        <TextArea name="bio" label={words.bio} hint={words.bioHint} defaultValue={me.bio} maxLength={1000} optional />
        <Check
          label={words.position}
          hint={words.positionText}
          checked={here !== null}
          onChange={(event) => void locate(event.target.checked)}
        />
        {me.role === "applicant" && <Skills chosen={me.skills} />}
      </Form>
    </Page>
  );
}

function Skills({ chosen }: { chosen: string[] }) {
  const words = useWords(profileWords);
  const { data: industries = [], isPending } = useQuery(industriesQuery());
  const known = industries.flatMap((one) => [one, ...one.subcategories]);
  // A skill that no trade has any more stays until its person takes it away.
  const odd = chosen.filter((slug) => industries.length > 0 && !known.some((one) => one.slug === slug));
  return (
    <fieldset className="grid gap-2">
      <legend className="font-medium">{words.skills}</legend>
      <p className="text-sm text-soft">{words.skillsHint}</p>
      {isPending && <Bone className="h-40" />}
      {industries.map((industry) => (
        <details key={industry.slug} open={industry.subcategories.some((one) => chosen.includes(one.slug))}>
          <summary className="leading-8 font-medium">{industry.name}</summary>
          <div className="grid gap-x-4 ps-4 md:grid-cols-2">
            {[industry, ...industry.subcategories].map((one) => (
              <Check
                key={one.slug}
                name="skills"
                value={one.slug}
                label={one.name}
                defaultChecked={chosen.includes(one.slug)}
              />
            ))}
          </div>
        </details>
      ))}
      {odd.map((slug) => (
        <Check key={slug} name="skills" value={slug} label={slug} defaultChecked />
      ))}
    </fieldset>
  );
}
