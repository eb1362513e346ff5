"""What core's addresses answer. Field names are stable: one is only ever added."""

from rest_framework import serializers

from core.api.models import Delivery
from core.modules.contract import Importance
from core.people.choices import Civility, Role


class PersonRef(serializers.Serializer):
    """Une personne, en bref."""

    id = serializers.IntegerField()
    first_name = serializers.CharField()
    last_name = serializers.CharField()


class ClassRef(serializers.Serializer):
    """Une classe, en bref."""

    id = serializers.IntegerField()
    name = serializers.CharField()


class SchoolRef(serializers.Serializer):
    """L’établissement."""

    uai = serializers.CharField()
    name = serializers.CharField(source="display_name")
    type = serializers.CharField(help_text="ecole, college ou lycee.")
    commune = serializers.CharField()


class TokenShown(serializers.Serializer):
    """Le jeton de la demande."""

    name = serializers.CharField()
    scopes = serializers.ListField(child=serializers.CharField())
    expires_at = serializers.DateTimeField()


class Me(serializers.Serializer):
    """Qui agit, et avec quels droits."""

    person = PersonRef()
    roles = serializers.ListField(child=serializers.ChoiceField(Role.choices))
    school = SchoolRef()
    token = TokenShown()
    permissions = serializers.ListField(
        child=serializers.CharField(), help_text="Vos permissions, dans la limite des portées du jeton."
    )


class PersonShown(PersonRef):
    """Une personne. Ce que vous n’avez pas le droit de voir est vide (null)."""

    civility = serializers.ChoiceField([*Civility.choices, ("", "")])
    roles = serializers.ListField(child=serializers.ChoiceField(Role.choices))
    function = serializers.CharField()
    classes = ClassRef(many=True)
    birth_date = serializers.DateField(allow_null=True)
    email = serializers.CharField(allow_null=True)
    phone = serializers.CharField(allow_null=True)
    address = serializers.CharField(allow_null=True)
    left_on = serializers.DateField(allow_null=True)


class ClassShown(ClassRef):
    """Une classe, avec son effectif."""

    level = serializers.CharField()
    year = serializers.CharField(help_text="L’année scolaire\u00a0: «\u00a02026-2027\u00a0».")
    pupil_count = serializers.IntegerField()
    main_teachers = PersonRef(many=True)


class ClassWhole(ClassShown):
    """Une classe, avec ses élèves."""

    pupils = PersonRef(many=True)


class GroupShown(serializers.Serializer):
    """Un groupe."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    year = serializers.CharField(help_text="L’année scolaire\u00a0: «\u00a02026-2027\u00a0».")
    subject = serializers.CharField(allow_null=True)
    classes = ClassRef(many=True)


class GroupWhole(GroupShown):
    """Un groupe, avec ses élèves."""

    pupils = PersonRef(many=True)


class ModuleShown(serializers.Serializer):
    """Un module activé, qui vous est ouvert."""

    slug = serializers.CharField()
    name = serializers.CharField(help_text="Le nom que l’établissement lui donne.")
    description = serializers.CharField()
    scopes = serializers.ListField(child=serializers.CharField(), help_text="Les portées qu’il connaît.")


class NotificationShown(serializers.Serializer):
    """Une notification de votre cloche."""

    id = serializers.IntegerField()
    kind = serializers.CharField(help_text="«\u00a0news.published\u00a0»")
    title = serializers.CharField()
    text = serializers.CharField()
    importance = serializers.ChoiceField([(level.value, level.value) for level in Importance])
    children = PersonRef(many=True, help_text="Les enfants qu’elle concerne.")
    url = serializers.CharField(help_text="La page qu’elle annonce.")
    is_read = serializers.BooleanField()
    at = serializers.DateTimeField()


class WebhookShown(serializers.Serializer):
    """Un appel sortant. Son secret ne se lit pas."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    url = serializers.CharField()
    kinds = serializers.ListField(child=serializers.CharField())
    created_at = serializers.DateTimeField()
    stopped_at = serializers.DateTimeField(allow_null=True)
    failing_since = serializers.DateTimeField(allow_null=True)


class WebhookMade(WebhookShown):
    """Un appel sortant, avec son secret, qui ne sera plus montré."""

    secret = serializers.CharField()


class DeliveryShown(serializers.Serializer):
    """Un envoi. Ni ce qui a été envoyé ni ce qui a été répondu n’est gardé."""

    id = serializers.IntegerField()
    kind = serializers.CharField()
    state = serializers.ChoiceField(Delivery.State.choices)
    answers = serializers.ListField(
        child=serializers.IntegerField(), help_text="Le statut de chaque essai, 0 sans réponse."
    )
    happened_at = serializers.DateTimeField()
    settled_at = serializers.DateTimeField(allow_null=True)
