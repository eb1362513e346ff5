"""What `{% field %}` draws, widget by widget."""

from datetime import date, time

import pytest
from django import forms
from django.template import Context, Template

from core.ui import widgets


class SampleForm(forms.Form):
    title = forms.CharField(label="Titre", help_text="Court.")
    nickname = forms.CharField(label="Surnom", required=False)
    day = forms.DateField(label="Jour")
    hour = forms.TimeField(label="Heure")
    roles = forms.MultipleChoiceField(
        label="Rôles",
        widget=forms.CheckboxSelectMultiple,
        choices=[("a", widgets.Choice("Élèves", "Tous.")), ("Groupe", [("b", "6e B")])],
    )
    pinned = forms.BooleanField(label="Épingler", required=False)
    on = forms.BooleanField(label="Actif", required=False, widget=widgets.Switch)
    body = widgets.RichTextField(label="Texte")
    cover = forms.FileField(label="Image", required=False, widget=widgets.FileDrop)
    secret = forms.CharField(label="Mot de passe", widget=forms.PasswordInput)
    token = forms.CharField(widget=forms.HiddenInput)


def draw(name, form=None, options=""):
    form = form or SampleForm(initial={"day": date(2026, 9, 1), "hour": time(8, 5), "body": "**mot**"})
    return Template(f"{{% field form.{name} {options} %}}").render(Context({"form": form}))


def test_field_ties_label_help_and_control():
    html = draw("title")
    assert '<label for="id_title">Titre' in html
    assert 'aria-describedby="id_title_helptext"' in html
    assert 'id="id_title_helptext">Court.' in html


def test_field_ties_errors_to_the_control():
    html = draw("title", SampleForm(data={}))
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_title_helptext id_title_error"' in html
    assert 'id="id_title_error"' in html


def test_optional_fields_say_so():
    assert "(facultatif)" in draw("nickname")
    assert "(facultatif)" not in draw("title")


def test_dates_and_times_use_the_browsers_pickers():
    assert 'type="date"' in draw("day")
    assert 'value="2026-09-01"' in draw("day")
    assert 'type="time"' in draw("hour")
    assert 'value="08:05"' in draw("hour")


def test_choices_are_a_fieldset_with_a_legend():
    html = draw("roles")
    assert html.startswith("<fieldset")
    assert "<legend>Rôles</legend>" in html
    assert 'role="group" aria-label="Groupe"' in html


def test_a_choice_may_carry_help():
    assert 'aria-describedby="id_roles_0_help"' in draw("roles")


def test_the_label_of_a_checkbox_wraps_it():
    assert '<label class="choice" for="id_pinned"><input' in draw("pinned")
    assert 'class="choice switch"' in draw("on")


def test_rich_text_gives_the_editor_its_html_and_keeps_the_source():
    html = draw("body")
    assert "<template data-html><p><strong>mot</strong></p>" in html
    assert "**mot**</textarea>" in html
    assert html.count("richtext.js") == 1


def test_scripts_of_a_field_come_once_a_page():
    template = Template("{% field form.body %}{% field form.body %}")
    assert template.render(Context({"form": SampleForm()})).count("richtext") == 1


def test_file_and_password_fields_have_their_own_dress():
    assert "data-drop" in draw("cover")
    assert "data-password" in draw("secret")


def test_hidden_fields_have_no_label():
    assert draw("token") == '<input type="hidden" name="token" id="id_token">'


def test_options_become_attributes():
    assert 'hx-get="/x"' in draw("title", options='hx_get="/x"')


def test_what_was_typed_is_escaped():
    html = draw("title", SampleForm(data={"title": '"><script>'}))
    assert "<script>" not in html


def test_form_fields_draws_the_ones_named():
    html = Template('{% form_fields form only="title,token" %}').render(Context({"form": SampleForm()}))
    assert html.count("<label") == 1
    assert 'name="token"' in html


def test_error_summary_leads_to_each_field():
    html = Template("{% form_errors form %}").render(Context({"form": SampleForm(data={})}))
    assert 'href="#id_title"' in html
    assert 'href="#id_roles_0"' in html


def test_error_summary_is_absent_without_errors():
    assert Template("{% form_errors form %}").render(Context({"form": SampleForm()})).strip() == ""


def test_rich_text_refuses_what_is_too_long():
    field = widgets.RichTextField(max_length=10)
    with pytest.raises(forms.ValidationError, match="trop long"):
        field.clean("x" * 11)


@pytest.mark.parametrize("value", ["red", "#12", "url(x)"])
def test_colour_field_refuses_what_is_not_a_colour(value):
    with pytest.raises(forms.ValidationError):
        widgets.ColourField().clean(value)


def test_colour_field_cleans_to_lower_case():
    assert widgets.ColourField().clean("#1F5F5B") == "#1f5f5b"
