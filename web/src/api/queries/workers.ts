/** People who worked for the calling client. */

import { api, body } from "../client";
import { listOf } from "../lists";

export const workerKeys = { all: ["workers"] as const };

export function workerList() {
  return listOf(workerKeys.all, (page) => body(api.GET("/api/client/workers", { params: { query: page } })));
}

export function invite(jobId: number, userId: number) {
  return body(
    api.POST("/api/jobs/{job_id}/invitations", { params: { path: { job_id: jobId } }, body: { user_id: userId } }),
  );
}

/** Whether the worker is one of the caller's favourites from now on. */
export async function setFavourite(userId: number, favourite: boolean) {
  if (favourite) await body(api.POST("/api/favourites", { body: { user_id: userId } }));
  else await api.DELETE("/api/favourites/{user_id}", { params: { path: { user_id: userId } } });
}
