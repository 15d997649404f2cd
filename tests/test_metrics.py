"""The figures an operator's Prometheus reads."""

from datetime import UTC, datetime

from prometheus_client.parser import text_string_to_metric_families

from bridge.metrics import Figures

AT = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)


def samples(figures: Figures) -> dict[tuple[str, ...], float]:
    """By name and labels' values, these in the alphabet's order of the labels' names."""
    return {
        (sample.name.removeprefix("bridge_"), *(v for _, v in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(figures.render().decode())
        for sample in family.samples
        if not sample.name.endswith("_created")
    }


def test_what_comes_and_goes_is_counted_by_platform_and_phone() -> None:
    figures = Figures()
    figures.message_in("web")
    figures.message_in("web")
    figures.reply_in("accueil")
    figures.sms_out("accueil", 43)
    figures.marked("web", "delivered")
    figures.jobs("accueil", "queued", 41)
    figures.post_out("web", "reply", "posted")
    found = samples(figures)
    assert found["messages_in_total", "web"] == 2
    assert found["replies_in_total", "accueil"] == 1
    assert found["sms_out_total", "accueil"] == 43
    assert found["marks_total", "web", "delivered"] == 1
    assert found["jobs_open", "accueil", "queued"] == 41
    assert found["posts_out_total", "reply", "posted", "web"] == 1


def test_calls_carry_their_outcome_and_their_latency_in_seconds() -> None:
    figures = Figures()
    figures.api_call("accueil", "submit", "ok", 0.06)
    figures.api_call("accueil", "submit", "429", 0.02)
    found = samples(figures)
    assert found["api_calls_total", "submit", "accueil", "429"] == 1
    assert found["api_seconds_count", "submit", "accueil"] == 2
    assert found["api_seconds_bucket", "submit", "0.025", "accueil"] == 1
    assert found["api_seconds_bucket", "submit", "0.1", "accueil"] == 2


def test_how_things_stand_is_the_last_word() -> None:
    figures = Figures()
    figures.queue("jobs", 3, 12.5)
    figures.queue("jobs", 1, 2.0)
    figures.credits("accueil", 1240)
    figures.paused("accueil", is_paused=True)
    figures.polled("accueil", AT)
    figures.called_back("accueil", AT)
    figures.unrouted("accueil", 2)
    found = samples(figures)
    assert (found["queue_depth", "jobs"], found["queue_oldest_seconds", "jobs"]) == (1, 2.0)
    assert found["credits", "accueil"] == 1240
    assert found["account_paused", "accueil"] == 1
    assert found["last_poll_timestamp_seconds", "accueil"] == AT.timestamp()
    assert found["last_callback_timestamp_seconds", "accueil"] == AT.timestamp()
    assert found["unrouted_replies", "accueil"] == 2


def test_alarms_have_figures_of_their_own() -> None:
    figures = Figures()
    figures.refused_callback("secret")
    figures.duplicate("accueil")
    figures.parked("jobs")
    figures.notice("failed_for_good")
    figures.report_in("accueil", "callback")
    found = samples(figures)
    assert found["callbacks_refused_total", "secret"] == 1
    assert found["duplicates_total", "accueil"] == 1
    assert found["parked_total", "jobs"] == 1
    assert found["notices_total", "failed_for_good"] == 1
    assert found["reports_total", "accueil", "callback"] == 1


def test_two_bridges_in_one_process_count_apart() -> None:
    one, other = Figures(), Figures()
    one.message_in("web")
    assert ("messages_in_total", "web") in samples(one)
    assert ("messages_in_total", "web") not in samples(other)
