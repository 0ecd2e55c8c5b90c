import { queryOptions } from "@tanstack/react-query";
import { api, body } from "../client";
import type { components } from "../schema";
import { notificationKeys } from "./notifications";

export function notificationSettings() {
  return queryOptions({
    queryKey: notificationKeys.settings(),
    queryFn: () => body(api.GET("/api/notifications/settings")),
  });
}

export function saveNotificationSetting(preference: components["schemas"]["PreferenceIn"]) {
  return body(api.PUT("/api/notifications/settings", { body: { preferences: [preference] } }));
}
