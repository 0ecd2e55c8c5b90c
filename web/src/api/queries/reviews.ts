import { api, body } from "../client";
import { listOf } from "../lists";
import type { components } from "../schema";

type Schemas = components["schemas"];

export const reviewKeys = {
  all: ["reviews"] as const,
  received: (id: number) => [...reviewKeys.all, "received", id] as const,
  given: (id: number) => [...reviewKeys.all, "given", id] as const,
  toWrite: () => [...reviewKeys.all, "to-write"] as const,
};

export function receivedReviews(userId: number) {
  return listOf(reviewKeys.received(userId), (page) =>
    body(api.GET("/api/reviews/{user_id}", { params: { path: { user_id: userId }, query: page } })),
  );
}

export function givenReviews(userId: number) {
  return listOf(reviewKeys.given(userId), (page) =>
    body(api.GET("/api/ratings/reviewer_{user_id}/", { params: { path: { user_id: userId }, query: page } })),
  );
}

/** Whom the caller may review, in the present role, and has not. */
export function reviewsToWrite() {
  return listOf(reviewKeys.toWrite(), (page) => body(api.GET("/api/reviews/to-write", { params: { query: page } })));
}

export function writeReview(review: Schemas["ReviewIn"]) {
  return body(api.POST("/api/reviews", { body: review }));
}

export function answerReview(id: number, response: string) {
  return body(
    api.POST("/api/reviews/{review_id}/response", { params: { path: { review_id: id } }, body: { response } }),
  );
}
