import { Outlet } from "@tanstack/react-router";
import { Toasts } from "@/ui/toasts";

export function Frame() {
  return (
    <>
      <Outlet />
      <Toasts />
    </>
  );
}
