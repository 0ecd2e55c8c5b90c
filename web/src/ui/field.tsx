import { type ComponentProps, createContext, type ReactNode, useContext, useId, useState } from "react";
import { uiWords } from "./ui-words";
import { useWords } from "./words";

/** What the server said about each field of the form, by the field's name. */
export const FieldProblems = createContext<Readonly<Record<string, string>>>({});

const BOX =
  "block w-full min-w-0 min-h-12 rounded-md border border-edge bg-card px-3 py-2 text-base text-ink placeholder:text-soft aria-invalid:border-harm aria-invalid:border-2";

type Frame = { label: ReactNode; hint?: ReactNode; problem?: string | undefined; optional?: boolean };

type Ids = { id: string; describedBy: string | undefined; invalid: boolean };

function Framed({
  label,
  hint,
  problem,
  optional,
  name,
  children,
}: Frame & { name: string; children: (ids: Ids) => ReactNode }) {
  const id = useId();
  const words = useWords(uiWords);
  const problems = useContext(FieldProblems);
  const said = problem ?? problems[name];
  const described = [hint ? `${id}-hint` : "", said ? `${id}-problem` : ""].filter(Boolean).join(" ");
  return (
    <div className="grid min-w-0 content-end gap-1">
      <label htmlFor={id} className="font-medium">
        {label}
        {optional && <span className="font-normal text-soft"> ({words.optional})</span>}
      </label>
      {hint && (
        <p id={`${id}-hint`} className="text-sm text-soft">
          {hint}
        </p>
      )}
      {children({ id, describedBy: described || undefined, invalid: Boolean(said) })}
      {said && (
        <p id={`${id}-problem`} className="text-sm font-medium text-harm" role="alert">
          {said}
        </p>
      )}
    </div>
  );
}

export function Field({
  label,
  hint,
  problem,
  optional,
  ...input
}: Frame & ComponentProps<"input"> & { name: string }) {
  return (
    <Framed {...{ label, hint, problem, optional }} name={input.name}>
      {({ id, describedBy, invalid }) => (
        <input
          {...input}
          id={id}
          aria-describedby={describedBy}
          aria-invalid={invalid || undefined}
          className={`${BOX} ${input.className ?? ""}`}
        />
      )}
    </Framed>
  );
}

export function PasswordField(props: Frame & ComponentProps<"input"> & { name: string }) {
  const [shown, setShown] = useState(false);
  const words = useWords(uiWords);
  return (
    <div className="relative">
      <Field {...props} type={shown ? "text" : "password"} className="pe-20" autoCapitalize="none" spellCheck={false} />
      <button
        type="button"
        onClick={() => setShown(!shown)}
        aria-pressed={shown}
        className="absolute end-1 top-0 min-h-6 rounded-sm px-2 text-sm font-medium text-action"
      >
        {shown ? words.hide : words.show}
      </button>
    </div>
  );
}

export function TextArea({
  label,
  hint,
  problem,
  optional,
  ...area
}: Frame & ComponentProps<"textarea"> & { name: string }) {
  return (
    <Framed {...{ label, hint, problem, optional }} name={area.name}>
      {({ id, describedBy, invalid }) => (
        <textarea
          rows={4}
          {...area}
          id={id}
          aria-describedby={describedBy}
          aria-invalid={invalid || undefined}
          className={`${BOX} field-sizing-content min-h-24`}
        />
      )}
    </Framed>
  );
}

export function Select({
  label,
  hint,
  problem,
  optional,
  children,
  ...select
}: Frame & ComponentProps<"select"> & { name: string }) {
  return (
    <Framed {...{ label, hint, problem, optional }} name={select.name}>
      {({ id, describedBy, invalid }) => (
        <select
          {...select}
          id={id}
          aria-describedby={describedBy}
          aria-invalid={invalid || undefined}
          className={`${BOX} ${select.className ?? ""}`}
        >
          {children}
        </select>
      )}
    </Framed>
  );
}

export function Check({ label, hint, ...input }: { label: ReactNode; hint?: ReactNode } & ComponentProps<"input">) {
  const id = useId();
  return (
    <label htmlFor={id} className="flex min-h-12 items-center gap-3">
      <input {...input} id={id} type="checkbox" className="size-5 shrink-0 accent-action" />
      <span>
        {label}
        {hint && <span className="block text-sm text-soft">{hint}</span>}
      </span>
    </label>
  );
}

/** One of a few, as buttons side by side: radio inputs, so that arrow keys move between them. */
export function Choice<T extends string>({
  label,
  name,
  value,
  options,
  onChange,
}: {
  label: ReactNode;
  name: string;
  value: T;
  options: ReadonlyArray<readonly [T, ReactNode]>;
  onChange: (value: T) => void;
}) {
  return (
    <fieldset className="grid gap-1">
      <legend className="mb-1 font-medium">{label}</legend>
      <div className="flex flex-wrap gap-2">
        {options.map(([option, text]) => (
          <label
            key={option}
            className="flex min-h-12 items-center rounded-md border border-edge bg-card px-4 has-checked:border-action has-checked:bg-action-tint has-checked:font-medium has-focus-visible:outline-3 has-focus-visible:outline-offset-2 has-focus-visible:outline-action"
          >
            <input
              type="radio"
              name={name}
              value={option}
              checked={option === value}
              onChange={() => onChange(option)}
              className="sr-only"
            />
            {text}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
