import { type ReactNode, useEffect, useId, useRef } from "react";
import { uiWords } from "./ui-words";
import { useWords } from "./words";

type Props = { open: boolean; onClose: () => void; title: ReactNode; children: ReactNode; sheet?: boolean };

/** The browser's own modal dialog: focus stays inside, Escape closes. `sheet` rises from the bottom on a phone. */
export function Dialog({ open, onClose, title, children, sheet = false }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  const words = useWords(uiWords);
  useEffect(() => {
    if (open && !dialog.current?.open) dialog.current?.showModal();
    if (!open) dialog.current?.close();
  }, [open]);
  const place = sheet ? "mb-0 max-md:w-full max-md:max-w-full max-md:rounded-b-none md:mb-auto" : "";
  return (
    <dialog
      ref={dialog}
      // Told before the browser closes it, so that the app's state is never behind: whoever opens it again at once can.
      onCancel={(event) => {
        if (event.target !== dialog.current) return;
        event.preventDefault();
        onClose();
      }}
      // Closed by the browser. Of one that is open again already, the event is an old one.
      onClose={() => {
        if (!dialog.current?.open) onClose();
      }}
      aria-labelledby={heading}
      className={`w-[calc(100%-2rem)] max-w-md rounded-lg bg-card p-0 text-ink ${place}`}
    >
      {open && (
        <div className="grid max-h-[85dvh] gap-4 overflow-y-auto p-4 md:p-6">
          <div className="flex items-start justify-between gap-4">
            <h2 id={heading} className="text-xl">
              {title}
            </h2>
            <button
              type="button"
              onClick={onClose}
              className="-me-2 -mt-1 min-h-10 shrink-0 rounded-md px-3 text-sm font-medium text-action"
            >
              {words.close}
            </button>
          </div>
          {children}
        </div>
      )}
    </dialog>
  );
}
