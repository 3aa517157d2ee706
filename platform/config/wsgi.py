"""The WSGI entry; a web server that does not start from `manage.py` needs PYTHONPATH=platform."""

import os

from django.core.wsgi import get_wsgi_application

from config.collecting import spare_loaded_code

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()
spare_loaded_code()
