"""What stays open (live updates): what uvicorn serves, beside the pages."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# Here each request has a thread of its own: a connection kept beyond it would never serve again.
os.environ["PREAU_CONN_MAX_AGE"] = "0"

pages = get_asgi_application()

from core.notifications.streams import with_streams  # noqa: E402 -- needs Django set up

application = with_streams(pages)

from tenants.schemas.pooling import refuse_shared_servers  # noqa: E402 -- needs Django set up

refuse_shared_servers()
