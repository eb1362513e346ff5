"""A guardian of two looks at both, or at one: then what is about the other only is left out."""

from typing import Any

import pytest

from modules.news.selectors import reading_list
from tenants.schemas.context import school
from tests.factories import make_class, make_guardian, make_person
from tests.modules.news.conftest import Cast, for_class, published, url


@pytest.fixture
def brother(cast: Cast) -> Any:
    """A second child of the mother, in another class."""
    child = make_person(cast.establishment, "pupil", account=True)
    make_class(cast.establishment, "", child)
    make_guardian(cast.establishment, child, cast.parent)
    return child


def titles(cast: Cast, child: Any = None) -> list[str]:
    with school(cast.establishment):
        return sorted(article.title for article in reading_list(cast.viewer(cast.parent), child=child))


@pytest.fixture
def news(cast: Cast) -> None:
    with school(cast.establishment):
        published(cast, title="À tous")
        published(cast, title="À la classe", audience=for_class(cast))


@pytest.mark.usefixtures("news")
def test_all_children_read_everything(cast: Cast, brother: Any) -> None:
    assert titles(cast) == ["À la classe", "À tous"]


@pytest.mark.usefixtures("news")
def test_child_in_the_class_reads_what_is_for_it(cast: Cast, brother: Any) -> None:
    assert titles(cast, cast.pupil) == ["À la classe", "À tous"]


@pytest.mark.usefixtures("news")
def test_news_of_the_sister_alone_are_left_out_for_the_brother(cast: Cast, brother: Any) -> None:
    assert titles(cast, brother) == ["À tous"]


@pytest.mark.usefixtures("news")
def test_list_follows_the_child_chosen(cast: Cast, brother: Any, sign_in: Any) -> None:
    client = sign_in(cast.parent)
    assert "À la classe" in client.get(url("list")).content.decode()
    assert "À la classe" not in client.get(f"{url('list')}?enfant={brother.pk}").content.decode()


@pytest.mark.usefixtures("news")
def test_first_page_follows_the_child_chosen(cast: Cast, brother: Any, sign_in: Any) -> None:
    client = sign_in(cast.parent)
    assert "À la classe" in client.get("/").content.decode()
    assert "À la classe" not in client.get(f"/?enfant={brother.pk}").content.decode()


@pytest.mark.usefixtures("news")
def test_first_page_says_which_child_news_are_about(cast: Cast, brother: Any, sign_in: Any) -> None:
    page = sign_in(cast.parent).get("/").content.decode()
    assert cast.pupil.first_name in page[page.index("À la classe") :].split("</li>")[0]


@pytest.mark.usefixtures("news")
def test_only_child_narrows_nothing(cast: Cast, sign_in: Any) -> None:
    assert "À la classe" in sign_in(cast.parent).get("/").content.decode()
