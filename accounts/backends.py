"""Who a session of staff belongs to: with their second factor, which the session is bound to, in the same query."""

from django.contrib.auth.backends import ModelBackend

from accounts.models import CustomUser


class StaffBackend(ModelBackend):
    def get_user(self, user_id: int) -> CustomUser | None:
        user = CustomUser.objects.select_related("second_factor").filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None
