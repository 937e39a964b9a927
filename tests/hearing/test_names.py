"""Names of the roster by sound, sure only where title, organisation or speaker agree."""

import pytest


def told(found):
    return [(m.heard, m.meant, m.certain, m.name) for m in found]


@pytest.mark.parametrize(
    "text",
    [
        "川合部長、お願いします。",
        "財務部長の川井さんから説明します。",
        "では、川井財務部長。",
        "かわい部長、お願いします。",
    ],
)
def test_title_that_fits_makes_it_sure(find, text) -> None:
    (found,) = find(text)
    assert (found.meant, found.certain, found.name) == ("河合", True, True)
    assert text[found.start : found.end] == found.heard


def test_own_introduction_is_sure_for_that_speaker_only(find) -> None:
    assert told(find("商工会のかしはらです。", by="member")) == [("かしはら", "柏原", True, True)]
    assert find("商工会のかしはらです。", by="bucho") == ()
    assert find("商工会のかしはらです。") == ()


def test_name_in_passing_is_only_proposed(find) -> None:
    assert told(find("先日、川井さんという方から電話がありました。")) == [("川井", "河合", False, True)]


@pytest.mark.parametrize(
    "text",
    [
        "河合部長、お願いします。",  # right
        "井頭課長、お願いします。",  # nobody sounds so
        "川井議長、お願いします。",  # nobody of that sound has the title
        "糸委員と威統課長。",  # two attendees sound so
        "伊藤課長と伊東委員。",  # both are in the roster
        "各委員の川井工業への質問です。",
        "可愛い委員がいます。",
    ],
)
def test_left_alone(find, text) -> None:
    assert find(text) == ()


def test_namesake_of_another_office_is_only_proposed(find) -> None:
    assert told(find("福祉部の川井部長からもお願いします。")) == [("川井", "河合", False, True)]
    assert told(find("夕凪市の川井部長からもお願いします。")) == [("川井", "河合", True, True)]


def test_voicing_apart_is_only_proposed_and_only_with_the_title(find) -> None:
    assert told(find("樫原委員、お願いします。")) == [("樫原", "柏原", True, True)]
    (found,) = find("梶原委員、お願いします。")
    assert (found.heard, found.meant, found.certain) == ("梶原", "柏原", False)
    assert "ほぼ同じ" in found.reason
    assert find("梶原さんにも伺いました。") == ()


def test_reading_of_the_dictionary_is_never_sure(find) -> None:
    (found,) = find("安部課長、お願いします。")
    assert (found.meant, found.certain) == ("阿部", False)
