"""What stays open (live updates): what uvicorn serves, beside the pages."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_asgi_application()

from tenants.schemas.pooling import refuse_shared_servers  # noqa: E402 -- needs Django set up

refuse_shared_servers()
