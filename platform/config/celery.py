"""The Celery application; tasks are found in each app's `tasks.py` and sent by name from `core.jobs`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
app = Celery("yanqi")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
