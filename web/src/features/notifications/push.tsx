import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Form } from "@/api/form";
import { pushKeys, pushQuery, saveQuietHours, switchPushOff, switchPushOn } from "@/api/queries/push";
import { Button } from "@/ui/button";
import { Field } from "@/ui/field";
import { Card, Section } from "@/ui/page";
import { Skeleton } from "@/ui/skeleton";
import { toast } from "@/ui/toast";
import { useWords } from "@/ui/words";
import { notificationWords } from "./words";

/** Notices while the app is closed: this device's switch, and when all devices are quiet. */
export function Push() {
  const words = useWords(notificationWords);
  const { data } = useQuery(pushQuery());
  if (!data) return <Skeleton rows={2} />;
  if (!data.public_key) return null;
  return (
    <Section title={words.push}>
      <Card>
        <div className="grid gap-3">
          <p className="text-soft">{words.pushText}</p>
          <Switch publicKey={data.public_key} state={data.state} />
        </div>
      </Card>
      <Card>
        <Quiet hours={data.quiet_hours} />
      </Card>
    </Section>
  );
}

function Switch({ publicKey, state }: { publicKey: string; state: string }) {
  const words = useWords(notificationWords);
  const queries = useQueryClient();
  const onSettled = () => queries.invalidateQueries({ queryKey: pushKeys.all });
  const on = useMutation({
    mutationFn: () => switchPushOn(publicKey),
    onSuccess: (done) => done || toast(words.pushFailed, "harm"),
    onSettled,
  });
  const off = useMutation({ mutationFn: switchPushOff, onSettled });
  if (state === "unsupported") return <p>{words.pushUnsupported}</p>;
  if (state === "denied") return <p>{words.pushDenied}</p>;
  const isOn = state === "on";
  return (
    <div className="flex flex-wrap items-center justify-between gap-3">
      <p role="status" className="font-medium">
        {isOn ? words.pushIsOn : words.pushIsOff}
      </p>
      <Button
        look={isOn ? "plain" : "main"}
        busy={on.isPending || off.isPending}
        onClick={() => (isOn ? off.mutate() : on.mutate())}
      >
        {isOn ? words.pushOff : words.pushOn}
      </Button>
    </div>
  );
}

function Quiet({ hours }: { hours: { start_time: string; end_time: string } }) {
  const words = useWords(notificationWords);
  const queries = useQueryClient();
  return (
    <Form
      submit={words.save}
      look="plain"
      send={(fields) =>
        saveQuietHours({
          start_time: String(fields.get("start_time")),
          end_time: String(fields.get("end_time")),
          time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
        })
      }
      done={async () => {
        toast(words.saved);
        await queries.invalidateQueries({ queryKey: pushKeys.all });
      }}
    >
      <h3 className="font-medium">{words.quiet}</h3>
      <p className="text-soft">{words.quietText}</p>
      <div className="grid grid-cols-2 gap-3">
        <Field
          type="time"
          name="start_time"
          required
          label={words.quietFrom}
          defaultValue={hours.start_time.slice(0, 5)}
        />
        <Field
          type="time"
          name="end_time"
          required
          label={words.quietUntil}
          defaultValue={hours.end_time.slice(0, 5)}
        />
      </div>
      <p className="text-sm text-soft">{words.quietHint}</p>
    </Form>
  );
}
