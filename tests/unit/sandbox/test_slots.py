from answerlens_sandbox.catalogue import field_for
from answerlens_sandbox.slots import money, slots, written

FIELD = field_for(7, "蓝牙耳机")


def test_money_is_written_as_people_do() -> None:
    assert (money(300), money(150000)) == ("300元", "15万元")


def test_words_of_the_question_come_first() -> None:
    for turn in range(10):
        values = slots(FIELD, turn, question="预算500元，骨传导式和入耳式蓝牙耳机，夜跑选哪个？")
        assert {values["t"], values["t2"]} == {"骨传导式", "入耳式"}
        assert (values["m"], values["s"]) == ("500元", "夜跑")
    assert slots(FIELD, 1, question="预算1500元")["m"] == "1500元"


def test_a_brand_is_written_in_several_ways_and_always_recognisably() -> None:
    for brand in FIELD.brands:
        ways = {written(brand, turn) for turn in range(60)}
        assert len(ways) >= 3
        assert all(any(name in way for name in brand.names) for way in ways)


def test_without_a_field_the_words_are_general() -> None:
    assert slots(None, 1)["k"] == "这类产品"
