import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { type Position, PositionError, position } from "@/api/position";
import { industriesQuery, type JobFilters } from "@/api/queries/jobs";
import { Button } from "@/ui/button";
import { Check, Field, Select } from "@/ui/field";
import { Notice } from "@/ui/tag";
import { kobo } from "@/ui/typed-money";
import { useWords } from "@/ui/words";
import { jobWords } from "./words";

const RADII_KM = [2, 5, 10, 25, 50] as const;
const DEFAULT_RADIUS_KM = 10;

export function Filters({ filters, onChange }: { filters: JobFilters; onChange: (filters: JobFilters) => void }) {
  const words = useWords(jobWords);
  const { data: industries = [] } = useQuery(industriesQuery());
  const [industry, setIndustry] = useState(filters.industry?.[0] ?? "");
  const [here, setHere] = useState<Position | null>(placeOf(filters));
  const [refused, setRefused] = useState("");
  const kinds = industries.find((one) => one.slug === industry)?.subcategories ?? [];

  async function locate(wanted: boolean): Promise<void> {
    setRefused("");
    if (!wanted) return setHere(null);
    try {
      setHere(await position());
    } catch (error) {
      setRefused(error instanceof PositionError && error.why === "denied" ? words.denied : words.noPosition);
    }
  }

  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const text = (name: string) => String(fields.get(name) ?? "") || undefined;
    const list = (name: string) => {
      const values = fields.getAll(name).map(String).filter(Boolean);
      return values.length > 0 ? values : undefined;
    };
    onChange({
      industry: list("industry"),
      subcategory: list("subcategory"),
      min_rate_kobo: kobo(text("min_rate") ?? "") ?? undefined,
      date_from: text("date_from"),
      date_to: text("date_to"),
      shift_type: list("shift_type") as JobFilters["shift_type"],
      // About a hundred metres: enough to search by, and no address of anybody's home in the address bar.
      ...(here && { latitude: rounded(here.latitude), longitude: rounded(here.longitude) }),
      radius_km: here ? Number(text("radius_km")) || undefined : undefined,
      order: text("order") as JobFilters["order"],
    });
  }

  return (
    <form onSubmit={submit} className="grid gap-4">
      <Select
        name="industry"
        label={words.trade}
        value={industry}
        onChange={(event) => setIndustry(event.target.value)}
      >
        <option value="">{words.anyTrade}</option>
        {industries.map((one) => (
          <option key={one.slug} value={one.slug}>
            {one.name}
          </option>
        ))}
      </Select>
      {kinds.length > 0 && (
        <fieldset>
          <legend className="font-medium">{words.kind}</legend>
          <div className="grid grid-cols-2">
            {kinds.map((one) => (
              <Check
                key={one.slug}
                name="subcategory"
                value={one.slug}
                label={one.name}
                defaultChecked={filters.subcategory?.includes(one.slug) ?? false}
              />
            ))}
          </div>
        </fieldset>
      )}
      <Field
        name="min_rate"
        label={words.minRate}
        inputMode="decimal"
        pattern="[0-9,]+(\.[0-9]{1,2})?"
        defaultValue={filters.min_rate_kobo ? filters.min_rate_kobo / 100 : ""}
      />
      <div className="grid grid-cols-2 gap-3">
        <Field name="date_from" type="date" label={words.from} defaultValue={filters.date_from ?? ""} />
        <Field name="date_to" type="date" label={words.to} defaultValue={filters.date_to ?? ""} />
      </div>
      <fieldset>
        <legend className="font-medium">{words.shiftType}</legend>
        <div className="grid grid-cols-2">
          {Object.entries(words.shift).map(([value, name]) => (
            <Check
              key={value}
              name="shift_type"
              value={value}
              label={name}
              defaultChecked={filters.shift_type?.some((chosen) => chosen === value) ?? false}
            />
          ))}
        </div>
      </fieldset>
      <Check label={words.near} checked={here !== null} onChange={(event) => void locate(event.target.checked)} />
      {refused && <Notice tone="wait" title={refused} />}
      {here && (
        <Select name="radius_km" label={words.radius} defaultValue={filters.radius_km ?? DEFAULT_RADIUS_KM}>
          {RADII_KM.map((km) => (
            <option key={km} value={km}>
              {words.km(km)}
            </option>
          ))}
          <option value="">{words.everywhere}</option>
        </Select>
      )}
      <Select name="order" label={words.order} defaultValue={filters.order ?? ""}>
        <option value="">{words.orders.newest}</option>
        <option value="soonest">{words.orders.soonest}</option>
        <option value="rate">{words.orders.rate}</option>
        <option value="relevance">{words.orders.relevance}</option>
        {here && <option value="distance">{words.orders.distance}</option>}
      </Select>
      <div className="flex flex-wrap gap-3">
        <Button type="submit" look="main">
          {words.apply}
        </Button>
        <Button look="quiet" onClick={() => onChange({})}>
          {words.clear}
        </Button>
      </div>
    </form>
  );
}

function rounded(degrees: number): number {
  return Math.round(degrees * 1000) / 1000;
}

function placeOf({ latitude, longitude }: JobFilters): Position | null {
  return typeof latitude === "number" && typeof longitude === "number" ? { latitude, longitude } : null;
}
