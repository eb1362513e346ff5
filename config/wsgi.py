"""Pages: what gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()

from tenants.schemas.pooling import refuse_shared_servers  # noqa: E402 -- needs Django set up

refuse_shared_servers()
