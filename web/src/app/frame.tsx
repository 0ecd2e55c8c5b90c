import { Outlet } from "@tanstack/react-router";
import { Toasts } from "@/ui/toast";

export function Frame() {
  return (
    <>
      <Outlet />
      <Toasts />
    </>
  );
}
