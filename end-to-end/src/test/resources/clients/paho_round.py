"""Tries a broker with Eclipse Paho's Python client.

    paho_round.py HOST PORT 3.1.1|5

Prints the plan (1..N), then one line per check: "ok NAME" or "not ok NAME: WHY".
"""

import sys
import threading
import time
import traceback

import paho.mqtt.client as mqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

HOST, PORT, VERSION = sys.argv[1], int(sys.argv[2]), sys.argv[3]
FIVE = VERSION == "5"
PATIENCE = 60
KEPT = 600
CHECKS = []


def check(*versions):
    def register(function):
        if not versions or VERSION in versions:
            CHECKS.append(function)
        return function

    return register


def expect(actual, expected, what):
    if actual != expected:
        raise AssertionError(f"{what}: expected {shorten(expected)}, got {shorten(actual)}")


def shorten(value):
    text = repr(value)
    return text if len(text) < 300 else text[:300] + "..."


def properties(packet, **values):
    if not FIVE:
        return None
    result = Properties(packet)
    for name, value in values.items():
        setattr(result, name, value)
    return result


class Client:
    """A client and all that it was told."""

    everyone = []

    def __init__(self, name, clean=True, protocol=None, expiry=None, window=20):
        if protocol is None:
            protocol = mqtt.MQTTv5 if FIVE else mqtt.MQTTv311
        self.name, self.clean, self.expiry = name, clean, expiry
        session = {} if protocol == mqtt.MQTTv5 else {"clean_session": clean}
        self.paho = mqtt.Client(
            mqtt.CallbackAPIVersion.VERSION2, client_id=name, protocol=protocol, reconnect_on_failure=False, **session
        )
        self.paho.max_queued_messages_set(0)
        self.paho.max_inflight_messages_set(window)
        self.changed = threading.Condition()
        self.received, self.answers, self.published = [], {}, {}
        self.connack = self.lost = None
        self.paho.on_connect = self._on_connect
        self.paho.on_disconnect = self._on_disconnect
        self.paho.on_message = lambda client, userdata, message: self._tell(self.received.append, message)
        self.paho.on_subscribe = lambda client, userdata, mid, codes, props: self._tell(
            self.answers.__setitem__, mid, [code.value for code in codes]
        )
        self.paho.on_unsubscribe = self.paho.on_subscribe
        self.paho.on_publish = lambda client, userdata, mid, code, props: self._tell(
            self.published.__setitem__, mid, code.value
        )
        Client.everyone.append(self)

    def _tell(self, action, *arguments):
        with self.changed:
            action(*arguments)
            self.changed.notify_all()

    def _on_connect(self, client, userdata, flags, code, props):
        self._tell(setattr, self, "connack", (code.value, flags.session_present, props))

    def _on_disconnect(self, client, userdata, flags, code, props):
        self._tell(setattr, self, "lost", code.value)

    def wait(self, condition, what):
        with self.changed:
            if not self.changed.wait_for(condition, PATIENCE):
                raise AssertionError(f"{self.name} waited in vain for {what}; it has {shorten(self.texts())}")

    def connect(self, keepalive=60, **values):
        """Returns (reason code, session present, properties)."""
        self.connack = self.lost = None
        options = {}
        if self.paho.protocol == mqtt.MQTTv5:
            if self.expiry is not None:
                values["SessionExpiryInterval"] = self.expiry
            elif not self.clean:
                values["SessionExpiryInterval"] = KEPT
            options = {"clean_start": self.clean, "properties": properties(PacketTypes.CONNECT, **values)}
        self.paho.connect(HOST, PORT, keepalive, **options)
        self.paho.loop_start()
        self.wait(lambda: self.connack is not None or self.lost is not None, "CONNACK")
        return self.connack

    def subscribe(self, topic, qos=0, options=None, **values):
        """Returns the reason codes of SUBACK."""
        if FIVE and self.paho.protocol == mqtt.MQTTv5:
            options = options or SubscribeOptions(qos=qos)
            _, mid = self.paho.subscribe(topic, options=options, properties=properties(PacketTypes.SUBSCRIBE, **values))
        else:
            _, mid = self.paho.subscribe(topic, qos)
        self.wait(lambda: mid in self.answers, "SUBACK")
        return self.answers[mid]

    def unsubscribe(self, topic):
        _, mid = self.paho.unsubscribe(topic)
        self.wait(lambda: mid in self.answers, "UNSUBACK")
        return self.answers[mid]

    def send(self, topic, payload, qos=0, retain=False, **values):
        """Returns the packet identifier that Paho gave it."""
        props = properties(PacketTypes.PUBLISH, **values) if values else None
        return self.paho.publish(topic, payload, qos, retain, properties=props).mid

    def publish(self, topic, payload, qos=1, retain=False, **values):
        """Waits for the acknowledgement and returns its reason code."""
        mid = self.send(topic, payload, qos, retain, **values)
        self.wait(lambda: mid in self.published, f"the acknowledgement of {mid}")
        return self.published.pop(mid)

    def texts(self):
        return [message.payload.decode("utf-8", "replace") for message in self.received]

    def await_texts(self, expected):
        self.wait(lambda: len(self.received) >= len(expected) or self.lost is not None, f"{len(expected)} messages")
        expect(self.texts(), expected, f"messages of {self.name}")

    def await_lost(self):
        self.wait(lambda: self.lost is not None, "the end of the connection")
        return self.lost

    def disconnect(self, **values):
        self.paho.disconnect(properties=properties(PacketTypes.DISCONNECT, **values) if values else None)
        self.await_lost()
        self.paho.loop_stop()

    def cut(self):
        """Ends the connection without a DISCONNECT."""
        self.paho.socket().shutdown(2)
        self.await_lost()
        self.paho.loop_stop()

    @classmethod
    def end_all(cls):
        for client in cls.everyone:
            client.paho.disconnect()
            client.paho.loop_stop()
        cls.everyone.clear()


def connected(name, clean=True, **values):
    client = Client(name, clean)
    answer = client.connect(**values)
    expect(answer and answer[0], 0, f"CONNACK of {name}")
    return client


def numbered(first, last):
    return [f"m{number}" for number in range(first, last + 1)]


@check()
def connects_clean(own):
    for _ in range(2):
        client = Client(own)
        expect(client.connect()[:2], (0, False), "code and session present")
        client.subscribe(own, 1)
        client.disconnect()


@check()
def keeps_a_persistent_session(own):
    client = Client(own, clean=False)
    expect(client.connect()[:2], (0, False), "first CONNACK")
    client.disconnect()
    again = Client(own, clean=False)
    expect(again.connect()[:2], (0, True), "second CONNACK")
    again.disconnect()
    expect(Client(own).connect()[:2], (0, False), "clean CONNACK")


@check()
def subscribes_with_wildcards(own):
    one, many, level = connected(own + "1"), connected(own + "2"), connected(own + "3")
    expect(one.subscribe(f"{own}/+/x", 1), [1], "SUBACK")
    expect(many.subscribe(f"{own}/a/#", 2), [2], "SUBACK")
    expect(level.subscribe(f"{own}/+", 0), [0], "SUBACK")
    publisher = connected(own)
    for topic in ["a", "a/x", "a/y", "b/x", "a/x/x", "", "end/x", "a/end", "end"]:
        publisher.publish(f"{own}/{topic}", topic, 1)
    one.await_texts(["a/x", "b/x", "end/x"])
    many.await_texts(["a", "a/x", "a/y", "a/x/x", "a/end"])
    level.await_texts(["a", "", "end"])


def carries(own, qos):
    subscriber, publisher = connected(own + "s"), connected(own + "p")
    expect(subscriber.subscribe(own, 2), [2], "SUBACK")
    for text in numbered(1, 200):
        publisher.send(own, text, qos)
    subscriber.await_texts(numbered(1, 200))
    expect({(message.qos, message.dup, message.retain) for message in subscriber.received}, {(qos, False, False)}, "flags")
    publisher.wait(lambda: len(publisher.published) == 200, "acknowledgements")


@check()
def carries_qos_0(own):
    carries(own, 0)


@check()
def carries_qos_1(own):
    carries(own, 1)


@check()
def carries_qos_2_once(own):
    carries(own, 2)


@check()
def lowers_qos_to_that_of_the_subscription(own):
    subscriber, publisher = connected(own + "s"), connected(own + "p")
    subscriber.subscribe(own + "/0", 0)
    subscriber.subscribe(own + "/1", 1)
    for number, (level, qos) in enumerate([(0, 2), (1, 2), (1, 0)], 1):
        publisher.publish(f"{own}/{level}", f"m{number}", qos)
        subscriber.await_texts(numbered(1, number))
    expect([message.qos for message in subscriber.received], [0, 1, 0], "QoS")


@check()
def retains_and_clears(own):
    publisher = connected(own + "p")
    for qos in range(3):
        publisher.publish(f"{own}/{qos}", "old", qos, retain=True)
        publisher.publish(f"{own}/{qos}", f"m{qos}", qos, retain=True)
    before = connected(own + "1")
    before.subscribe(own + "/#", 2)
    before.wait(lambda: len(before.received) >= 3, "retained messages")
    expect(sorted((m.topic[-1], m.payload, m.qos, m.retain) for m in before.received),
           [(str(qos), b"m%d" % qos, qos, True) for qos in range(3)], "retained messages")
    publisher.publish(f"{own}/1", b"", 1, retain=True)
    before.wait(lambda: len(before.received) >= 4, "the clearing message")
    expect((before.received[3].payload, before.received[3].retain), (b"", False), "clearing message")
    after = connected(own + "2")
    after.subscribe(own + "/#", 2)
    publisher.publish(own + "/live", "end", 2)
    after.wait(lambda: "end" in after.texts(), "the last message")
    expect(sorted(after.texts()), ["end", "m0", "m2"], "what is left")


@check()
def gets_what_it_missed_in_order(own):
    away = connected(own + "s", clean=False)
    away.subscribe(own + "/#", 2)
    away.disconnect()
    publisher = connected(own + "p")
    for number in range(1, 51):
        publisher.publish(f"{own}/{number % 3}", f"m{number}", 1 + number % 2)
    back = Client(own + "s", clean=False)
    back.connect()
    publisher.publish(own, "m51", 1)
    back.wait(lambda: len(back.received) >= 51, "51 messages")
    # Paho hands a message at QoS 2 over only when its exchange is through, so others pass it there.
    for qos, first in ((1, 2), (2, 1)):
        missed = [f"m{number}" for number in range(first, 51, 2)] + ["m51"] * (qos == 1)
        expect([message.payload.decode() for message in back.received if message.qos == qos], missed, f"QoS {qos}")


@check()
def fires_the_will_of_a_lost_connection(own):
    watcher = connected(own + "w")
    watcher.subscribe(own + "/#", 2)
    for name, qos, retain in [("a", 1, False), ("b", 2, True)]:
        dying = Client(own + name)
        dying.paho.will_set(f"{own}/{name}", "gone", qos, retain)
        dying.connect()
        dying.cut()
    polite = Client(own + "c")
    polite.paho.will_set(f"{own}/c", "not fired", 1)
    polite.connect()
    polite.disconnect()
    watcher.wait(lambda: len(watcher.received) >= 2, "two wills")
    connected(own + "p").publish(own, "end", 2)
    watcher.wait(lambda: "end" in watcher.texts(), "the last message")
    expect(sorted(watcher.texts()), ["end", "gone", "gone"], "wills")
    late = connected(own + "l")
    late.subscribe(own + "/#", 1)
    late.await_texts(["gone"])
    expect((late.received[0].topic, late.received[0].retain), (own + "/b", True), "retained will")


@check()
def unsubscribes(own):
    subscriber, publisher = connected(own + "s", clean=False), connected(own + "p")
    subscriber.subscribe([(own + "/a", 1), (own + "/b", 1)] if not FIVE else
                         [(own + "/a", SubscribeOptions(1)), (own + "/b", SubscribeOptions(1))])
    publisher.publish(own + "/a", "m1")
    subscriber.await_texts(["m1"])
    subscriber.unsubscribe(own + "/a")
    publisher.publish(own + "/a", "no")
    publisher.publish(own + "/b", "m2")
    subscriber.await_texts(["m1", "m2"])


@check()
def carries_large_payloads(own):
    subscriber, publisher = connected(own + "s"), connected(own + "p")
    subscriber.subscribe(own, 2)
    payloads = [bytes([65 + qos]) * 200_000 for qos in range(3)]
    for qos, payload in enumerate(payloads):
        publisher.publish(own, payload, qos)
    subscriber.wait(lambda: len(subscriber.received) >= 3, "three large messages")
    expect([message.payload for message in subscriber.received], payloads, "payloads")


@check()
def carries_many_with_a_full_window(own):
    subscriber, publisher = connected(own + "s"), Client(own + "p", window=1000)
    publisher.connect()
    subscriber.subscribe(own, 1)
    for text in numbered(1, 2000):
        publisher.send(own, text, 1)
    subscriber.await_texts(numbered(1, 2000))
    publisher.wait(lambda: len(publisher.published) == 2000, "2000 acknowledgements")
    expect(set(publisher.published.values()), {0}, "reason codes")


@check()
def lives_on_by_keep_alive(own):
    idle = Client(own)
    idle.connect(keepalive=1)
    idle.subscribe(own, 1)
    time.sleep(4)
    expect(idle.lost, None, "end of the connection")
    connected(own + "p").publish(own, "m1")
    idle.await_texts(["m1"])


@check()
def refuses_an_invalid_filter(own):
    client = connected(own)
    if FIVE:
        client.paho.subscribe("$share/" + own, 1)
        expect(client.await_lost(), 0x8F, "DISCONNECT")
    else:
        # In 3.1.1 it is not malformed, as that knows no shared subscriptions.
        expect(client.subscribe("$share/" + own, 1), [0x80], "SUBACK")
        expect(client.subscribe("$share//" + own, 1), [0x80], "SUBACK")
        expect(client.subscribe(own, 1), [1], "SUBACK after that")


@check()
def is_taken_over(own):
    first = connected(own, clean=False)
    first.subscribe(own, 1)
    second = Client(own, clean=False)
    expect(second.connect()[:2], (0, True), "CONNACK of the second")
    lost = first.await_lost()
    if FIVE:
        expect(lost, 0x8E, "DISCONNECT of the first")
    connected(own + "p").publish(own, "m1")
    second.await_texts(["m1"])


@check("3.1.1")
def refuses_a_persistent_session_without_identifier(own):
    expect(Client("").connect()[0], 0, "CONNACK of a clean session")
    # Paho doesn't let a user ask for that, so it is changed behind its back. It shows a refusal as a lost connection.
    client = Client("")
    client.paho._clean_session = False
    client.paho._client_id = b""
    client.connect()
    expect((client.connack, client.lost is not None), (None, True), "CONNACK and whether the connection ended")


@check("3.1.1")
def speaks_3_1(own):
    client = Client(own[:23], protocol=mqtt.MQTTv31)
    expect(client.connect()[0], 0, "CONNACK")
    client.subscribe(own, 2)
    for qos in range(3):
        client.publish(own, f"m{qos}", qos)
    client.await_texts(numbered(0, 2))


@check("5")
def carries_properties(own):
    subscriber, publisher = connected(own + "s"), connected(own + "p")
    subscriber.subscribe(own, 2)
    sent = dict(UserProperty=[("k", "v1"), ("k", "v2"), ("ü", "")], ContentType="text/plain", ResponseTopic=own + "/r",
                CorrelationData=b"\x00\x01\xff", PayloadFormatIndicator=1)
    for qos in range(3):
        publisher.publish(own, f"m{qos}", qos, **sent)
    subscriber.await_texts(numbered(0, 2))
    for message in subscriber.received:
        got = message.properties
        expect({name: getattr(got, name) for name in sent}, sent, "properties")


@check("5")
def asks_and_is_answered(own):
    asking, answering = connected(own + "a"), connected(own + "b")
    asking.subscribe(own + "/answers", 1)
    answering.subscribe(own + "/questions", 1)
    asking.publish(own + "/questions", "?", ResponseTopic=own + "/answers", CorrelationData=b"7")
    answering.await_texts(["?"])
    got = answering.received[0].properties
    answering.publish(got.ResponseTopic, "!", CorrelationData=got.CorrelationData)
    asking.await_texts(["!"])
    expect(asking.received[0].properties.CorrelationData, b"7", "correlation data")


@check("5")
def counts_the_expiry_down(own):
    away = connected(own + "s", clean=False)
    away.subscribe(own, 1)
    away.disconnect()
    publisher = connected(own + "p")
    publisher.publish(own, "short", MessageExpiryInterval=1)
    publisher.publish(own, "long", MessageExpiryInterval=500)
    time.sleep(2.1)
    back = Client(own + "s", clean=False)
    back.connect()
    back.await_texts(["long"])
    left = back.received[0].properties.MessageExpiryInterval
    expect(0 < left <= 498, True, f"{left} of 500 seconds are left after two; plausible")


@check("5")
def names_the_subscriptions(own):
    subscriber, publisher = connected(own + "s"), connected(own + "p")
    subscriber.subscribe(own + "/#", 1, SubscriptionIdentifier=7)
    subscriber.subscribe(own + "/+", 2, SubscriptionIdentifier=268_435_455)
    subscriber.subscribe(own + "/a", 0)
    publisher.publish(own + "/a", "m1", 2)
    subscriber.await_texts(["m1"])
    publisher.publish(own, "m2", 2)
    subscriber.await_texts(["m1", "m2"])
    first, second = subscriber.received
    expect((first.qos, sorted(first.properties.SubscriptionIdentifier)), (2, [7, 268_435_455]), "identifiers")
    expect((second.qos, second.properties.SubscriptionIdentifier), (1, [7]), "identifier")


@check("5")
def publishes_with_topic_aliases(own):
    subscriber, publisher = connected(own + "s"), Client(own + "p")
    subscriber.subscribe(own + "/#", 1)
    most = publisher.connect()[2].TopicAliasMaximum
    expect(most >= 2, True, f"topic alias maximum {most} is 2 or more")
    publisher.publish(own + "/a", "m1", TopicAlias=1)
    publisher.publish(own + "/b", "m2", TopicAlias=most)
    for number, alias in enumerate([1, most, 1], 3):
        publisher.publish("", f"m{number}", TopicAlias=alias)
    publisher.publish(own + "/c", "m6", TopicAlias=1)
    publisher.publish("", "m7", TopicAlias=1)
    subscriber.await_texts(numbered(1, 7))
    expect([message.topic[-1] for message in subscriber.received], list("ababacc"), "topics")


@check("5")
def is_sent_topic_aliases_it_understands(own):
    subscriber = Client(own + "s")
    subscriber.connect(TopicAliasMaximum=2)
    subscriber.subscribe(own + "/#", 1)
    publisher = connected(own + "p")
    for number in range(1, 31):
        publisher.send(f"{own}/{number % 3}", f"m{number}", 1)
    subscriber.wait(lambda: len(subscriber.received) >= 30, "30 messages")
    # Paho leaves resolving an alias to its user.
    topics, resolved = {}, []
    for message in subscriber.received:
        alias = getattr(message.properties, "TopicAlias", None)
        if alias is not None:
            expect(1 <= alias <= 2, True, f"alias {alias} is allowed")
            if message.topic:
                topics[alias] = message.topic
        resolved.append((message.topic or topics[alias], message.payload.decode()))
    expect(resolved, [(f"{own}/{number % 3}", f"m{number}") for number in range(1, 31)], "messages")


@check("5")
def shares_a_subscription(own):
    one, two = connected(own + "1"), connected(own + "2")
    publisher = connected(own + "p")
    for member in (one, two):
        expect(member.subscribe(f"$share/group/{own}", 2), [2], "SUBACK")
    for number in range(1, 101):
        publisher.publish(own, f"m{number}", number % 3)
    both = lambda: sorted(one.texts() + two.texts(), key=lambda text: int(text[1:]))
    for member in (one, two):
        member.wait(lambda: len(one.received) + len(two.received) >= 100 or time.sleep(0.05), "100 messages in all")
    expect(both(), numbered(1, 100), "messages of both")
    expect(bool(one.received) and bool(two.received), True, "both get some")


@check("5")
def ends_its_session_when_asked(own):
    short = Client(own, clean=False, expiry=1)
    short.connect()
    short.disconnect()
    time.sleep(2.1)
    expect(Client(own, clean=False, expiry=KEPT).connect()[:2], (0, False), "CONNACK after the expiry")
    again = Client(own, clean=False)
    expect(again.connect()[:2], (0, True), "CONNACK of a long session")
    again.disconnect(SessionExpiryInterval=0)
    expect(Client(own, clean=False).connect()[:2], (0, False), "CONNACK after an expiry of 0 at DISCONNECT")


@check("5")
def tells_reason_codes(own):
    client = connected(own)
    expect(client.publish(own, "nobody", 1), 0x10, "PUBACK without subscribers")
    expect(client.publish(own, "nobody", 2) in (0, 0x10), True, "QoS 2 without subscribers")
    expect(client.unsubscribe(own), [0x11], "UNSUBACK without subscription")
    expect(client.subscribe([(own + "/0", SubscribeOptions(0)), (own + "/1", SubscribeOptions(1)),
                             (own + "/2", SubscribeOptions(2))]), [0, 1, 2], "SUBACK")
    expect(client.unsubscribe([own + "/0", own + "/no", own + "/2"]), [0, 0x11, 0], "UNSUBACK")
    expect(client.publish(own + "/1", "m1", 1), 0, "PUBACK")


@check("5")
def is_assigned_an_identifier(own):
    first, second = Client(""), Client("")
    names = [client.connect()[2].AssignedClientIdentifier for client in (first, second)]
    expect(all(names) and names[0] != names[1], True, f"identifiers {names} are two")


@check("5")
def gets_nothing_of_its_own_with_no_local(own):
    one, two = connected(own + "1"), connected(own + "2")
    for client in (one, two):
        client.subscribe(own, options=SubscribeOptions(qos=1, noLocal=True))
    one.publish(own, "of one")
    two.publish(own, "of two")
    one.await_texts(["of two"])
    two.await_texts(["of one"])


@check("5")
def keeps_retain_as_published_when_asked(own):
    keeps, clears, publisher = connected(own + "1"), connected(own + "2"), connected(own + "p")
    keeps.subscribe(own, options=SubscribeOptions(qos=1, retainAsPublished=True))
    clears.subscribe(own, options=SubscribeOptions(qos=1, retainAsPublished=False))
    publisher.publish(own, "m1", retain=True)
    publisher.publish(own, "m2", retain=False)
    for client, flags in ((keeps, [True, False]), (clears, [False, False])):
        client.await_texts(["m1", "m2"])
        expect([message.retain for message in client.received], flags, "retain flags")


@check("5")
def handles_retained_as_asked(own):
    publisher, subscriber = connected(own + "p"), connected(own + "s")
    publisher.publish(own, "kept", retain=True)

    def subscribe(handling, *expected):
        subscriber.received.clear()
        subscriber.subscribe(own, options=SubscribeOptions(qos=1, retainHandling=handling))
        publisher.publish(own, "live")
        subscriber.await_texts([*expected, "live"])

    subscribe(SubscribeOptions.RETAIN_DO_NOT_SEND)
    subscribe(SubscribeOptions.RETAIN_SEND_IF_NEW_SUB)
    subscribe(SubscribeOptions.RETAIN_SEND_ON_SUBSCRIBE, "kept")
    subscriber.unsubscribe(own)
    subscribe(SubscribeOptions.RETAIN_SEND_IF_NEW_SUB, "kept")


@check("5")
def delays_a_will_and_keeps_its_properties(own):
    watcher = connected(own + "w")
    watcher.subscribe(own, 2)

    def dying(delay):
        client = Client(own + "d", clean=False)
        client.paho.will_set(own, "gone", 1, properties=properties(
            PacketTypes.WILLMESSAGE, WillDelayInterval=delay, UserProperty=("why", "cut"), ContentType="will",
            CorrelationData=b"1", ResponseTopic="r", MessageExpiryInterval=300))
        client.connect()
        return client

    dying(300).cut()
    dying(1).cut()
    watcher.await_texts(["gone"])
    got = watcher.received[0].properties
    expect((got.UserProperty, got.ContentType, got.CorrelationData, got.ResponseTopic, hasattr(got, "WillDelayInterval")),
           ([("why", "cut")], "will", b"1", "r", False), "properties of the will")


@check("5")
def holds_back_what_exceeds_the_receive_maximum(own):
    slow = Client(own + "s", clean=False)
    slow.paho.manual_ack_set(True)
    slow.connect(ReceiveMaximum=5)
    slow.subscribe(own, 2)
    publisher = connected(own + "p")
    for number in range(1, 51):
        publisher.publish(own, f"m{number}", 1)
    publisher.publish(own, "m51", 0)
    # What is sent at QoS 0 may pass the others; behind it, no sixth may have come.
    slow.wait(lambda: len(slow.received) >= 6, "five and the one at QoS 0")
    expect(slow.texts(), numbered(1, 5) + ["m51"], "within the window")
    acknowledged = 0
    while acknowledged < 51:
        slow.wait(lambda: len(slow.received) > acknowledged, "the next")
        message = slow.received[acknowledged]
        slow.paho.ack(message.mid, message.qos)
        acknowledged += 1
    expect(slow.texts(), numbered(1, 5) + ["m51"] + numbered(6, 50), "all")


@check("5")
def is_told_when_a_packet_is_too_large(own):
    client = Client(own)
    most = client.connect()[2].MaximumPacketSize
    client.send(own, b"x" * most, 1)
    expect(client.await_lost(), 0x95, "DISCONNECT")


@check("5")
def is_sent_nothing_larger_than_it_takes(own):
    small, publisher = Client(own + "s"), connected(own + "p")
    small.connect(MaximumPacketSize=1000)
    small.subscribe(own, 2)
    for qos in range(3):
        publisher.publish(own, b"x" * 1000, qos)
        publisher.publish(own, f"m{qos}", qos)
    small.await_texts(numbered(0, 2))


def main():
    print(f"1..{len(CHECKS)}", flush=True)
    for number, function in enumerate(CHECKS):
        try:
            function(f"py{VERSION.replace('.', '')}x{number}")
            print(f"ok {function.__name__}", flush=True)
        except Exception as problem:
            traceback.print_exc()
            why = f"{type(problem).__name__}: {problem}".replace("\n", " ")
            print(f"not ok {function.__name__}: {why}", flush=True)
        finally:
            Client.end_all()


main()
