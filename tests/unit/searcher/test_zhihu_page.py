import pytest
from pydantic import ValidationError

from answerlens_common.errors import AnswerLensError
from answerlens_searcher.source import CaptchaError, LoginRequiredError, SignatureRefusedError, SourceBusyError
from answerlens_searcher.zhihu_page import ZhihuSettings, _refuse_error


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (403, 40352, CaptchaError),
        (403, 40353, LoginRequiredError),
        (401, 100, LoginRequiredError),
        (401, 602, LoginRequiredError),
        (403, 10003, SignatureRefusedError),
        (200, 10003, SignatureRefusedError),
        (403, 40362, SourceBusyError),
        (429, None, SourceBusyError),
        (502, None, SourceBusyError),
    ],
)
def test_codes_of_the_interface_have_their_own_errors(
    status: int, code: int | None, error: type[AnswerLensError]
) -> None:
    with pytest.raises(error):
        _refuse_error(status, {"error": {"code": code, "message": "…"}})


def test_a_result_is_no_error() -> None:
    _refuse_error(200, {"data": []})


@pytest.mark.parametrize(
    ("url", "private"),
    [
        ("http://127.0.0.1:9/zhihu", True),
        ("http://localhost/zhihu", True),
        ("http://10.0.0.5/zhihu", True),
        ("https://www.zhihu.com", False),
    ],
)
def test_an_address_of_the_operators_own_network_is_allowed(url: str, private: bool) -> None:  # noqa: FBT001 a case
    assert ZhihuSettings(url=url).is_private is private


def test_settings_refuse_what_is_no_address() -> None:
    with pytest.raises(ValidationError):
        ZhihuSettings(url="www.zhihu.com")
