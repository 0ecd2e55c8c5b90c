import { ago, dayAndTime, elsewhere, hours, day as shortDay } from "./format";
import { uiWords } from "./ui-words";
import { useWords } from "./words";

export function Moment({ at, zone, relative = false }: { at: string; zone?: string; relative?: boolean }) {
  const exact = dayAndTime(at, zone);
  return (
    <time dateTime={at} title={relative ? exact : undefined} className={relative ? "" : "whitespace-nowrap"}>
      {relative ? ago(at) : exact}
    </time>
  );
}

/** A shift in the zone of its job; beside it the reader's own time where that differs. */
export function ShiftTime({ startsAt, endsAt, zone }: { startsAt: string; endsAt: string; zone: string }) {
  const words = useWords(uiWords);
  return (
    <span>
      <time dateTime={startsAt} className="whitespace-nowrap">
        {shortDay(startsAt, zone)}
      </time>
      , <span className="whitespace-nowrap tabular-nums">{hours(startsAt, endsAt, zone)}</span>
      {elsewhere(startsAt, zone) && (
        <span className="block text-sm text-soft">{words.yourTime(hours(startsAt, endsAt))}</span>
      )}
    </span>
  );
}

export function Minutes({ minutes }: { minutes: number }) {
  const words = useWords(uiWords);
  return <span className="whitespace-nowrap">{words.minutes(Math.floor(minutes / 60), minutes % 60)}</span>;
}
