import { type ReactNode, useState } from "react";
import { Button, type Look } from "./button";
import { Dialog } from "./dialog";

type Props = {
  label: string;
  /** Whom or what it is about, where the screen has the same button several times. */
  of?: string | undefined;
  look?: Look;
  title: string;
  children: (close: () => void) => ReactNode;
};

/** A button that asks before anything is sent: a sheet with what it means, and with the way back. */
export function Confirmed({ label, of, look = "plain", title, children }: Props) {
  const [open, setOpen] = useState(false);
  const close = () => setOpen(false);
  return (
    <>
      <Button look={look} aria-label={of && `${label}: ${of}`} onClick={() => setOpen(true)}>
        {label}
      </Button>
      <Dialog open={open} onClose={close} title={title} sheet>
        {open && children(close)}
      </Dialog>
    </>
  );
}
