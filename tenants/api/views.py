"""What every address of the API has in common, on both sides."""

import hashlib
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_lazy as _
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from tenants.accounts.guards import marked
from tenants.api import paging, problems
from tenants.api.description import DescribedView
from tenants.api.operations import SAFE, Operation, operations_of
from tenants.api.parsing import JsonParser, refuse_long
from tenants.api.problems import Refused
from tenants.errors import Conflict


class ApiView(APIView):
    """An address. Its methods bear `@operation`; who holds the token is found by `identify`.

    Order of refusals: no such token (401), too often (429), what is switched off (404), not in the token's scopes
    (403), not the holder's to do (404), too long (413), not JSON (415), and then what the operation itself refuses.
    """

    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()
    parser_classes = (JsonParser,)
    renderer_classes = (JSONRenderer,)
    metadata_class = None
    versioning_class = None
    http_method_names = ["get", "head", "post", "put", "patch", "delete"]
    schema = DescribedView()
    # The version of what is shown, where it has one: a part of its ETag, for If-Match.
    version: int | None = None

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        view = super().as_view(**initkwargs)
        is_open = all(operation.open for operation in operations_of(view).values())
        return marked(view, "open" if is_open else "token")

    # --- Before the method ------------------------------------------------------------------------------
    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        self.format_kwarg = None
        request.accepted_renderer, request.accepted_media_type = self.perform_content_negotiation(request)
        if self.operation is None or not self.operation.open:
            self.identify(request)
        if self.operation is not None:
            self.refuse_unless_allowed(request, self.operation)
        refuse_long(request)

    def identify(self, request: Request) -> None:
        """Find out who asks, and count it. Raises Refused (401) or Throttled (429)."""
        raise ImproperlyConfigured(f"{type(self).__name__} does not say who may call it")

    def refuse_unless_allowed(self, request: Request, operation: Operation) -> None:
        """Raises Http404 or Refused (403)."""

    @cached_property
    def operation(self) -> Operation | None:
        method = str(self.request.method).lower()
        return getattr(getattr(self, "get" if method == "head" else method, None), "operation", None)

    # --- What was asked ---------------------------------------------------------------------------------
    def asked(self) -> dict[str, Any]:
        """The parameters of the address, checked. Raises Refused (400).

        One that nobody knows is a slip: a filter that is misspelt would give everything.
        """
        given = self.request.query_params
        values = self._declared("query")(data=given.dict())
        wrong: dict[str, Any] = {name: _("Paramètre inconnu.") for name in set(given) - set(values.fields)}
        wrong |= {name: _("Donné plusieurs fois.") for name, found in given.lists() if len(found) > 1}
        if not values.is_valid():
            wrong |= dict(problems.flat(values.errors))
        if wrong:
            raise Refused(400, "bad-parameters", _("Certains paramètres sont à corriger."), wrong)
        return dict(values.validated_data)

    def sent(self, **kwargs: Any) -> dict[str, Any]:
        """The body, checked. Raises Refused (400, 415) or ValidationError (422)."""
        values = self._declared("body")(data=self.request.data, **kwargs)
        values.is_valid(raise_exception=True)
        return dict(values.validated_data)

    def _declared(self, part: str) -> Any:
        found = getattr(self.operation, part, None)
        if found is None:
            raise ImproperlyConfigured(f"{type(self).__name__} declares no {part} for {self.request.method}")
        return found

    def version_read(self) -> int:
        """The version that the caller had before their eyes (If-Match). Raises Refused (428, 412)."""
        given = self.request.headers.get("If-Match", "")
        if not given:
            raise Refused(428)
        number = given.strip().removeprefix("W/").strip('"').partition("-")[0].removeprefix("v")
        if not (number.isascii() and number.isdigit() and len(number) < 10):
            raise Refused(412)
        return int(number)

    # --- What is answered -------------------------------------------------------------------------------
    def reply(self, instance: Any = None) -> Response:
        """The instance as the operation says; nothing for an operation that answers nothing."""
        if self.operation is None or self.operation.answers is None:
            return Response(status=204)
        return Response(self.operation.answers(instance).data, status=self.operation.status)

    def piece(self, rows: QuerySet[Any], *, order: tuple[str, ...], asked: dict[str, Any]) -> paging.Piece:
        """Some rows of a list, as `limit` and `cursor` ask."""
        return paging.piece(
            self.request._request, rows, order=order, cursor=asked["cursor"], limit=asked["limit"]
        )

    def reply_piece(self, piece: paging.Piece, rows: Sequence[Any] | None = None) -> Response:
        """The rows, or what was made of them, and where the list goes on."""
        shape = self._declared("answers")(piece.rows if rows is None else rows, many=True)
        return Response({"results": shape.data, "next": piece.following})

    def handle_exception(self, exc: Exception) -> Response:
        """A problem; a mistake of ours goes on to Django, which reports it."""
        found = problems.problem_of(exc)
        if found is None:
            raise exc
        status, problem = found
        if isinstance(exc, Conflict) and "If-Match" in self.request.headers:
            status, problem = 412, {**problem, "status": 412}
        response = Response(problem, status=status, content_type=problems.CONTENT_TYPE, exception=True)
        if status == 401:
            response["WWW-Authenticate"] = 'Bearer realm="Preau"'
        if wait := getattr(exc, "wait", None):  # Throttled
            response["Retry-After"] = str(int(wait))
        return response

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        response["Cache-Control"] = "private, no-cache"
        patch_vary_headers(response, ("Authorization",))
        if response.status_code in {200, 201} and (request.method in SAFE or self.version is not None):
            response.add_post_render_callback(self._mark)
        return response

    def _mark(self, response: HttpResponse) -> HttpResponse | None:
        """Give the answer its ETag, and no body to whoever has it already."""
        digest = hashlib.sha256(response.content).hexdigest()[:32]
        etag = f'"v{self.version}-{digest}"' if self.version is not None else f'"{digest}"'
        response["ETag"] = etag
        known = self.request.headers.get("If-None-Match", "")
        if self.request.method not in SAFE or etag not in {one.strip().removeprefix("W/") for one in known.split(",")}:
            return None
        unchanged = HttpResponseNotModified()
        for name in ("ETag", "Cache-Control", "Vary"):
            unchanged[name] = response[name]
        return unchanged


def bearer_of(request: Request) -> str:
    """The token of the request, from its header and nowhere else. Raises Refused (401)."""
    kind, _space, token = request.headers.get("Authorization", "").partition(" ")
    token = token.strip()
    if kind.lower() != "bearer" or not token:
        raise Refused(401)
    if not token.isascii() or len(token) > 200:
        raise Refused(401, "unknown-token", _("Ce jeton n’ouvre rien ici."))
    return token
