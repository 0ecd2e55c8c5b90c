from django.urls import path

from payshift.public import views

urlpatterns = [
    path("j", views.jobs, name="public_jobs"),
    path("j/<int:job_id>", views.job, name="public_job"),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", views.sitemap_index, name="sitemap_index"),
    path("sitemap-<slug:section>.xml", views.sitemap, name="sitemap"),
]
