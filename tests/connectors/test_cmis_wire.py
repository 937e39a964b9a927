"""What goes over the wire and what is read from it: forms, JSON of any shape, the mapping of properties."""

from typing import Any

import pytest
from cmis_server import read_form, read_properties
from hypothesis import given
from hypothesis import strategies as st

from records.connectors.cmis.form import Content, controls, multipart
from records.connectors.cmis.objects import CmisObject, object_of, repositories_of, type_of
from records.connectors.cmis.properties import ITEMS, read_mapping

TEXT = st.text(st.characters(blacklist_categories=["Cs"]), max_size=40)
IDS = st.from_regex(r"[A-Za-z]{1,8}:[A-Za-z]{1,12}", fullmatch=True)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


@given(
    st.dictionaries(IDS, TEXT | st.lists(TEXT, min_size=1, max_size=3), max_size=5),
    st.text(st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters="/"), min_size=1, max_size=40).filter(
        lambda name: name == name.strip()  # other names no package has, and Python's reader of forms strips them
    ),
    st.binary(max_size=400),
)
def test_a_form_comes_out_as_it_went_in(properties: dict[str, Any], name: str, data: bytes) -> None:
    media_type, body = multipart(controls("createDocument", properties, objectId="1"), Content(name, "a/b", data))
    fields, content = read_form(media_type, body)
    assert (fields["cmisaction"], fields["objectId"], fields["_charset_"]) == ("createDocument", "1", "utf-8")
    expected = {key: [value] if isinstance(value, str) else value for key, value in properties.items()}
    assert read_properties(fields) == expected
    assert content == (name, "a/b", data)
    assert body.count(b"text/plain; charset=utf-8") == len(fields)


@pytest.mark.parametrize(("said", "read"), [(0, 0), (12, 12), (-1, None), ("12", None), (None, None), ([3], None)])
def test_a_length_is_a_number_or_not_known(said: Any, read: int | None) -> None:
    assert CmisObject({"cmis:contentStreamLength": said}).length == read


@given(JSON)
def test_any_json_is_read_without_harm(said: Any) -> None:
    whole = said if isinstance(said, dict) else {"a": said}
    assert all(each.id and each.root_url for each in repositories_of(whole))
    for shape in (whole, {"succinctProperties": said}, {"properties": said, "allowableActions": said}):
        read = object_of(shape)
        assert isinstance(read.id + read.name, str) and (read.length is None or read.length >= 0)
        assert read.sha256 is None or isinstance(read.sha256, str)
    made = type_of({**whole, "propertyDefinitions": {"a": whole, "b": said}})
    assert set(made.properties) >= {"a"}


@pytest.mark.parametrize(
    ("said", "read"),
    [
        (["{md5}00", "{sha-256}AB cd"], "abcd"),
        (["{ SHA256 }ab"], "ab"),
        ("{sha-256}ab", "ab"),
        (["{sha-1}ab"], None),
        (["ab"], None),
        (None, None),
        ([1, None], None),
    ],
)
def test_a_hash_is_read_in_the_forms_there_are(said: Any, read: str | None) -> None:
    assert CmisObject({"cmis:contentStreamHash": said}).sha256 == read


@given(st.dictionaries(st.sampled_from(ITEMS), IDS, max_size=8), st.sampled_from(["\n", ";", "；", "\n\n", " ;\r\n"]))
def test_a_mapping_is_read_as_it_is_written(mapping: dict[str, str], parted: str) -> None:
    unique = {key: value for value, key in {value: key for key, value in mapping.items()}.items()}
    assert read_mapping(parted.join(f" {key} = {value} " for key, value in unique.items())) == unique


@given(TEXT)
def test_any_mapping_is_read_or_explained(text: str) -> None:
    try:
        mapping = read_mapping(text)
    except ValueError as error:
        assert str(error).endswith("。")
    else:
        assert set(mapping) <= set(ITEMS)
