"""核查发现 on the calculation sheet: what was found and what was concluded, numbered among the other sections."""

from __future__ import annotations

from datetime import date

from caseworker.documents import calculation
from caseworker.documents.calculation import CalculationSheet, FindingLine, Point, Step
from caseworker.documents.faces import FaceSet
from caseworker.values.money import Money


def sheet(*findings: FindingLine) -> CalculationSheet:
    return CalculationSheet(
        policy_title="数据呼叫（标注）产业政策",
        clause_number="第三条",
        clause_title="坐席补贴",
        payee="大同市甲标注有限公司",
        code="91140200MA0000000X",
        as_of=date(2023, 6, 1),
        made_on=date(2023, 6, 12),
        facts=(),
        conditions=(),
        steps=(Step("应发金额", "1 人 × 2500 元", "2500.00", "每次2500元"),),
        eligible=True,
        gross=Money.parse("2500"),
        amount=Money.parse("2500"),
        points=(Point("需要怎样的6个月", "新的6个月", "程序默认"),),
        findings=findings,
    )


def test_findings_stand_with_their_answers_before_the_result(bundled: FaceSet, opened) -> None:
    line = FindingLine("两处用工", "张𬭚同时在“乙公司”有工资记录。", "属实不影响：三月为补发（张经办）")
    text = opened(calculation.render(sheet(line), bundled)).all_text()
    assert "五、核查发现及处理" in text
    assert "张𬭚同时在“乙公司”有工资记录。" in text
    assert "属实不影响：三月为补发（张经办）" in text
    assert text.index("四、政策口径") < text.index("五、核查发现及处理") < text.index("六、测算结果")


def test_without_findings_there_is_no_such_section(bundled: FaceSet, opened) -> None:
    assert "核查发现" not in opened(calculation.render(sheet(), bundled)).all_text()
