"""What probes have made is found by its names, and removed: that of this probe, and what an earlier one left over."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import chain
from typing import Any

from darkroom.commands.access import explain
from darkroom.commands.undelivered import Queue, Undelivered
from darkroom.probe.site import PREFIX, REASON, Site, read_json
from darkroom.probe.waiting import NeverSeenError, seen
from functions.operate.calls import CALL_ERRORS
from functions.operate.project import environment_of
from functions.operate.record_queries import IN_INDEX
from functions.shared.contracts import OUTPUT_PREFIX
from functions.shared.output_keys import RENDITION_PREFIX

# The backstop looks at a failure some seconds after it; removed before, the record would come again.
BACKSTOP_SECONDS = 60.0
DEPTHS = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
YOUNG_SECONDS, STARTING_SECONDS = 60.0, 10.0


def remove_all(site: Site) -> Iterator[str]:
    """Remove everything; yield in words what could not be removed."""
    yield from _each(_alarms(site), lambda name: _reset_alarm(site, name), "alarm")
    yield from _each(
        _subscriptions(site), lambda arn: site.client("sns").unsubscribe(SubscriptionArn=arn), "subscription"
    )
    yield from _each(_queues(site), lambda url: site.client("sqs").delete_queue(QueueUrl=url), "queue")
    yield from _each(iter(site.plan.project.dead_letter_queues[:1]), lambda name: _take_events_out(site, name), "queue")
    yield from _each(_records(site), lambda key: _delete_record(site, key), "record")
    yield from _each(_versions(site), lambda version: site.client("s3").delete_object(**version), "object")


def _each(found: Iterator[Any], remove: Callable[[Any], object], what: str) -> Iterator[str]:
    """Remove each thing, whatever became of the others."""
    try:
        things = list(found)
    except CALL_ERRORS as error:
        yield f"each {what} that is left: {explain(error)}"
        return
    for thing in things:
        try:
            remove(thing)
        except (*CALL_ERRORS, NeverSeenError) as error:
            named = f"{thing['Bucket']}/{thing['Key']}" if isinstance(thing, dict) else thing
            yield f"{what} {named}: {explain(error)}"


def _alarms(site: Site) -> Iterator[str]:
    pages = site.client("cloudwatch").get_paginator("describe_alarms")
    asked = pages.paginate(AlarmNamePrefix=site.plan.of(""), AlarmTypes=["MetricAlarm"])
    alarms = (alarm for page in asked for alarm in page["MetricAlarms"])
    return (a["AlarmName"] for a in alarms if a["StateReason"] == REASON and a["StateValue"] == "ALARM")


def _reset_alarm(site: Site, name: str) -> None:
    site.client("cloudwatch").set_alarm_state(AlarmName=name, StateValue="OK", StateReason=f"{REASON}; it is over")


def _subscriptions(site: Site) -> Iterator[str]:
    ours = site.plan.arn("sqs", site.queue_prefix)
    pages = site.client("sns").get_paginator("list_subscriptions_by_topic")
    asked = chain.from_iterable(pages.paginate(TopicArn=site.topic(name)) for name in ("results", "operations"))
    found = (subscription for page in asked for subscription in page["Subscriptions"])
    return (each["SubscriptionArn"] for each in found if each["Endpoint"].startswith(ours))


def _queues(site: Site) -> Iterator[str]:
    pages = site.client("sqs").get_paginator("list_queues").paginate(QueueNamePrefix=site.queue_prefix)
    return (url for page in pages for url in page.get("QueueUrls", []))


def _take_events_out(site: Site, name: str) -> None:
    """Take the events of canaries out of a dead-letter queue; what else waits there is put back."""
    sqs = site.client("sqs")
    url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
    counted = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=DEPTHS)["Attributes"]
    if not any(int(count) for count in counted.values()):
        # To receive from an empty queue takes seconds.
        return
    with Queue(sqs, url, needs_machine=False) as queue:
        for message in queue.receive():
            if isinstance(message, Undelivered) and message.subject.startswith(PREFIX):
                queue.delete(message)


def _records(site: Site) -> Iterator[str]:
    """Yield the keys of canaries: of those that have an object, and of those whose record is all that is left."""
    objects = (version["Key"] for version in _versions(site, [PREFIX]))
    indexed = chain.from_iterable(site.access.records.needing_attention(status) for status in IN_INDEX)
    left = (record.key for record in indexed if record.key.startswith(PREFIX))
    return iter(dict.fromkeys(chain(objects, left)))


def _delete_record(site: Site, key: str) -> None:
    """Delete a canary's record, once nothing writes to it any more."""
    if site.began_at > time.monotonic() - YOUNG_SECONDS and site.mark in key:
        # Interrupted at once, the probe may be ahead of the event of its own upload.
        with suppress(NeverSeenError):
            seen(lambda: site.item(key), f"the start of {key}", STARTING_SECONDS)
    seen(lambda: _is_over(site, key), f"the end of {key}", BACKSTOP_SECONDS)
    site.client("dynamodb").delete_item(TableName=site.plan.project.table, Key={"ImageId": {"S": key}})


def _is_over(site: Site, key: str) -> bool:
    item = site.item(key)
    status = item.get("Status", {}).get("S")
    if status != "FAILED":
        return bool(status != "PROCESSING")
    attempt = int(item.get("RedriveCount", {}).get("N", 0))
    over = item.get("Concluded", {}).get("M", {}).get(item["ExecutionArn"]["S"], {})
    return int(over.get("N", -1)) >= attempt


def _versions(site: Site, prefixes: list[str] | None = None) -> Iterator[dict[str, str]]:
    """Yield every version of what lies under the canaries' keys, and of their copies and renditions."""
    wanted = prefixes or [PREFIX, f"{OUTPUT_PREFIX}{PREFIX}", *_rendition_prefixes(site)]
    for bucket in site.plan.buckets:
        for prefix in wanted:
            for page in site.client("s3").get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix):
                for version in [*page.get("Versions", []), *page.get("DeleteMarkers", [])]:
                    yield {"Bucket": bucket, "Key": version["Key"], "VersionId": version["VersionId"]}


def _rendition_prefixes(site: Site) -> list[str]:
    found = environment_of(site.client, site.plan.project, "enhance").get("RENDITIONS")
    renditions = read_json(f'{{"all": {found or "[]"}}}').get("all", [])
    return [f"{RENDITION_PREFIX}{each['name']}/{PREFIX}" for each in renditions]
