import time
from dataclasses import replace

from qa_bot.records import Answer, Refusal
from ui.metrics import Metrics

ANSWER = Answer("Secret question?", "kk", "t", "s", (), None, 0.9)


def test_answers_and_refusals_are_counted_by_door_language_and_reason() -> None:
    metrics = Metrics()
    metrics.count_answer(ANSWER, "api", 0.02)
    metrics.count_answer(replace(ANSWER, refusal=Refusal("not_in_articles")), "page", 0.3)
    written = metrics.write().decode()
    assert 'qa_bot_questions_total{door="api",language="kk",status="answered"} 1.0' in written
    assert 'qa_bot_questions_total{door="page",language="kk",status="refused"} 1.0' in written
    assert 'qa_bot_refusals_total{reason="not_in_articles"} 1.0' in written
    assert "qa_bot_answer_seconds_count 2.0" in written
    assert "Secret" not in written
    assert "_created" not in written


def test_gauges_are_read_when_the_metrics_are() -> None:
    metrics, articles = Metrics(), [1]
    metrics.watch_generation(lambda: time.time() - 100, lambda: len(articles))
    articles.append(2)
    written = metrics.write().decode()
    assert "qa_bot_articles 2.0" in written
    age = float(written.partition("\nqa_bot_generation_age_seconds ")[2].split("\n")[0])
    assert 99 < age < 200


def test_two_servers_in_one_process_count_apart() -> None:
    first, second = Metrics(), Metrics()
    first.count_request("GET", "/", 200)
    assert b"qa_bot_requests_total{" not in second.write()
