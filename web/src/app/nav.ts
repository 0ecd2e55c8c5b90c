/** The main menu of each role: at the bottom of a phone, at the side of a wide screen. */

import { linkOptions } from "@tanstack/react-router";
import type { IconName } from "@/ui/icon";
import type { appWords } from "./words";

type Label = keyof typeof appWords.en;
type Item = { link: { to: string }; label: Label; icon: IconName };

export const WORKER_MENU = [
  { link: linkOptions({ to: "/" }), label: "home", icon: "home" },
  { link: linkOptions({ to: "/jobs" }), label: "work", icon: "search" },
  { link: linkOptions({ to: "/assignments" }), label: "shifts", icon: "calendar" },
  { link: linkOptions({ to: "/wallet" }), label: "wallet", icon: "wallet" },
  { link: linkOptions({ to: "/you" }), label: "you", icon: "person" },
] as const satisfies readonly Item[];

export const CLIENT_MENU = [
  { link: linkOptions({ to: "/" }), label: "home", icon: "home" },
  { link: linkOptions({ to: "/clientjobs" }), label: "jobs", icon: "work" },
  { link: linkOptions({ to: "/post" }), label: "post", icon: "plus" },
  { link: linkOptions({ to: "/payments" }), label: "payments", icon: "wallet" },
  { link: linkOptions({ to: "/you" }), label: "you", icon: "person" },
] as const satisfies readonly Item[];
