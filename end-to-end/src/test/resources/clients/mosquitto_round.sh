#!/usr/bin/env bash
# Tries a broker with mosquitto_pub, mosquitto_sub and mosquitto_rr.
#
#     mosquitto_round.sh FOLDER HOST PORT 3.1.1|5      (FOLDER is where they were unpacked; empty if they are on the PATH)
#
# Prints the plan (1..N), then one line per check: "ok NAME" or "not ok NAME: WHY".
set -u

readonly folder=$1 host=$2 port=$3 version=$4
if [ -n "$folder" ]; then
  PATH="$folder/usr/bin:$PATH"
  LD_LIBRARY_PATH="$(echo "$folder"/usr/lib/*-linux-gnu)"
  export LD_LIBRARY_PATH
fi
work="$(mktemp -d)"
trap 'kill $(jobs -p) 2>/dev/null; rm -rf "$work"' EXIT

# -x keeps a session of 5.0; before 5.0, -c alone does.
declare -a common=(-h "$host" -p "$port" -V 311) lasting=(-c)
if [ "$version" = 5 ]; then
  common=(-h "$host" -p "$port" -V 5)
  lasting=(-c -x 600)
fi

pub() { mosquitto_pub "${common[@]}" "$@"; }
# Not longer than a minute, so that a message that does not come is a failure.
sub() { mosquitto_sub "${common[@]}" -W 60 "$@"; }
# A session that is there before anything is published: what it is to get it gets, whenever it comes for it.
session() { local id=$1; shift; sub "${lasting[@]}" -i "$id" -E "$@"; }
fetch() { local id=$1 count=$2; shift 2; sub "${lasting[@]}" -i "$id" -C "$count" "$@"; }

expect() { # what actual expected
  if [ "$2" != "$3" ]; then
    echo "$1: expected '$(echo "$3" | head -c 200)', got '$(echo "$2" | head -c 200)'" | tr '\n' ' '
    exit 1
  fi
}

numbered() { seq -f 'm%g' "$1" "${3:-1}" "$2"; }

await() { # what command...
  local what=$1 tries=0
  shift
  until "$@"; do
    tries=$((tries + 1))
    if [ "$tries" -gt 1200 ]; then
      echo "waited in vain for $what"
      exit 1
    fi
    sleep 0.05
  done
}

subscribes_with_wildcards() {
  session "${own}1" -q 1 -t "$own/+/x"
  session "${own}2" -q 2 -t "$own/a/#"
  local topic
  for topic in a a/x a/y b/x a/x/x end/x a/end; do
    pub -q 1 -t "$own/$topic" -m "$topic" || exit
  done
  expect 'one level' "$(fetch "${own}1" 3 -q 1 -t "$own/+/x" | paste -sd ' ')" 'a/x b/x end/x'
  expect 'all levels' "$(fetch "${own}2" 5 -q 2 -t "$own/a/#" | paste -sd ' ')" 'a a/x a/y a/x/x a/end'
}

carries() { # qos
  session "${own}s" -q 2 -t "$own"
  fetch "${own}s" 201 -q 2 -t "$own" -F '%q %r %p' >"$work/$own" &
  local receiving=$!
  pub -q 2 -t "$own" -m online
  await 'the subscriber' test -s "$work/$own"
  numbered 1 200 | pub -q "$1" -t "$own" -l || exit
  wait "$receiving"
  expect "messages at QoS $1" "$(tail -n +2 "$work/$own")" "$(numbered 1 200 | sed "s/^/$1 0 /")"
}

carries_qos_0() { carries 0; }
carries_qos_1() { carries 1; }
carries_qos_2_once() { carries 2; }

retains_and_clears() {
  local qos
  for qos in 0 1 2; do
    pub -q "$qos" -r -t "$own/$qos" -m old
    pub -q "$qos" -r -t "$own/$qos" -m "m$qos"
  done
  expect 'retained' "$(sub -q 2 -C 3 -t "$own/#" -F '%q %r %p' | sort | paste -sd ' ')" '0 1 m0 1 1 m1 2 1 m2'
  pub -q 1 -r -t "$own/1" -n
  session "${own}s" -q 2 -t "$own/#"
  pub -q 2 -t "$own/end" -m end
  # What is retained at QoS 0 went to the connection that subscribed.
  expect 'what is left' "$(fetch "${own}s" 2 -q 0 -t "$own/other" | sort | paste -sd ' ')" 'end m2'
}

gets_what_it_missed_in_order() {
  session "${own}s" -q 2 -t "$own"
  local number
  for number in $(seq 1 2 50); do
    pub -q 1 -t "$own" -m "m$number"
    pub -q 2 -t "$own" -m "m$((number + 1))"
  done
  fetch "${own}s" 50 -q 2 -t "$own" -F '%q %p' >"$work/$own"
  # A message at QoS 2 is handed over only when its exchange is through, so others pass it in the client.
  expect 'messages at QoS 1' "$(sed -n 's/^1 //p' "$work/$own")" "$(numbered 1 50 2)"
  expect 'messages at QoS 2' "$(sed -n 's/^2 //p' "$work/$own")" "$(numbered 2 50 2)"
}

fires_the_will_of_a_lost_connection() {
  session "${own}s" -q 1 -t "$own/will/+"
  local end
  for end in KILL TERM; do
    mosquitto_sub "${common[@]}" -t "$own/$end" --will-topic "$own/will/$end" --will-payload "$end" --will-qos 1 >"$work/$own$end" 2>&1 &
    local dying=$!
    await 'the client' connected_by_now "$end"
    kill "-$end" "$dying"
    wait "$dying" 2>/dev/null
  done
  # The will of the first is under way since before the second came.
  expect 'will' "$(fetch "${own}s" 1 -q 1 -t "$own/will/+")" KILL
  # Told to end, mosquitto_sub says in 5.0 that its will is to be published, and cannot say so before.
  if [ "$version" = 5 ]; then
    expect 'will by request' "$(fetch "${own}s" 1 -q 1 -t "$own/will/+")" TERM
  fi
  pub -q 1 -t "$own/will/end" -m end
  expect 'what came then' "$(fetch "${own}s" 1 -q 1 -t "$own/will/+")" end
}

connected_by_now() {
  pub -q 1 -t "$own/$1" -m here
  test -s "$work/$own$1"
}

unsubscribes() {
  session "${own}s" -q 1 -t "$own/a" -t "$own/b"
  session "${own}s" -q 1 -t "$own/b" -U "$own/a"
  pub -q 1 -t "$own/a" -m no
  pub -q 1 -t "$own/b" -m m1
  expect 'messages' "$(fetch "${own}s" 1 -q 1 -t "$own/b")" m1
}

carries_large_payloads() {
  head -c 200000 /dev/urandom >"$work/large"
  local qos
  for qos in 0 1 2; do
    session "${own}$qos" -q 2 -t "$own/$qos"
    fetch "${own}$qos" 2 -q 2 -t "$own/$qos" -N >"$work/$own$qos" &
    local receiving=$!
    pub -q 2 -t "$own/$qos" -m online
    await 'the subscriber' test -s "$work/$own$qos"
    pub -q "$qos" -t "$own/$qos" -f "$work/large"
    wait "$receiving"
    expect "large payload at QoS $qos" "$(tail -c 200000 "$work/$own$qos" | cksum)" "$(cksum <"$work/large")"
  done
}

carries_many() {
  session "${own}s" -q 1 -t "$own"
  numbered 1 2000 | pub -q 1 -t "$own" -l || exit
  expect 'messages' "$(fetch "${own}s" 2000 -q 1 -t "$own")" "$(numbered 1 2000)"
}

asks_and_is_answered() {
  local -a with=()
  session "${own}b" -q 1 -t "$own/questions"
  if [ "$version" = 5 ]; then with=(-D publish correlation-data 7); fi
  (question="$(fetch "${own}b" 1 -q 1 -t "$own/questions" -F '%p')"
    pub -q 1 -t "$own/answers" -m "$question!" "${with[@]}") &
  expect 'answer' "$(mosquitto_rr "${common[@]}" -W 60 -q 1 -t "$own/questions" -e "$own/answers" -m '?' "${with[@]}")" '?!'
}

refuses_an_invalid_filter() { # in 3.1.1, which knows no groups, with SUBACK; in 5.0 by ending the connection
  local filter
  for filter in "\$share/$own" "\$share//$own"; do
    if [ "$version" = 5 ]; then
      expect "$filter" "$(mosquitto_sub "${common[@]}" -W 60 -d -q 1 -E -t "$filter" 2>&1 |
        sed -n 's/.*[Rr]eceived DISCONNECT (\([0-9]*\)).*/\1/p' | head -1)" 143
    else
      expect "$filter" "$(sub -E -q 1 -t "$filter" 2>&1)" 'All subscription requests were denied.'
    fi
  done
}

lives_on_by_keep_alive() { # five seconds are the shortest that these tools accept
  session "${own}s" -q 1 -t "$own"
  fetch "${own}s" 2 -q 1 -t "$own" -k 5 -F '%p' >"$work/$own" &
  local receiving=$!
  pub -q 1 -t "$own" -m m1
  await 'the subscriber' test -s "$work/$own"
  sleep 9
  # Had the connection been lost, the message would wait for its session.
  pub -q 0 -t "$own" -m lost
  pub -q 1 -t "$own" -m m2
  wait "$receiving"
  expect 'messages' "$(paste -sd ' ' "$work/$own")" 'm1 lost'
}

carries_properties() {
  session "${own}s" -q 2 -t "$own"
  pub -q 2 -t "$own" -m m1 -D publish user-property k v1 -D publish user-property k v2 -D publish content-type text/plain \
    -D publish response-topic r -D publish correlation-data c -D publish payload-format-indicator 1
  expect 'properties' "$(fetch "${own}s" 1 -q 2 -t "$own" -F '%P|%C|%R|%D|%F|%p')" 'k:v1 k:v2|text/plain|r|c|1|m1'
}

counts_the_expiry_down() {
  session "${own}s" -q 1 -t "$own"
  pub -q 1 -t "$own" -m short -D publish message-expiry-interval 1
  pub -q 1 -t "$own" -m long -D publish message-expiry-interval 500
  sleep 2.1
  local left
  left="$(fetch "${own}s" 1 -q 1 -t "$own" -F '%E %p')"
  case "$left" in
    4[0-9][0-8]\ long | 4[0-8]9\ long) ;;
    *) echo "expected 'N long' with N up to 498, got '$left'"; exit 1 ;;
  esac
}

names_the_subscription() {
  session "${own}s" -q 1 -t "$own" -D subscribe subscription-identifier 77
  pub -q 1 -t "$own" -m m1
  expect 'identifier' "$(fetch "${own}s" 1 -q 0 -t "$own/other" -F '%S %p')" '77 m1'
}

publishes_with_topic_aliases() {
  session "${own}s" -q 1 -t "$own"
  numbered 1 20 | pub -q 1 -t "$own" -l -D publish topic-alias 5 || exit
  expect 'messages' "$(fetch "${own}s" 20 -q 1 -t "$own" -F "%t %p")" "$(numbered 1 20 | sed "s|^|$own |")"
}

shares_a_subscription() {
  local member
  for member in 1 2; do
    session "$own$member" -q 1 -t "\$share/group/$own"
    mosquitto_sub "${common[@]}" "${lasting[@]}" -i "$own$member" -q 1 -t "\$share/group/$own" >"$work/$own$member" &
  done
  await 'both members' each_gets_some
  numbered 1 100 | pub -q 1 -t "$own" -l || exit
  await '100 messages' all_are_there 100
  expect 'messages of both' "$(cat "$work/$own"[12] | grep '^m' | sort -t m -k 2 -n)" "$(numbered 1 100)"
}

each_gets_some() {
  pub -q 1 -t "$own" -m online
  test -s "$work/${own}1" && test -s "$work/${own}2"
}

all_are_there() { test "$(cat "$work/$own"[12] | grep -c '^m')" -ge "$1"; }

ends_its_session_when_asked() {
  sub -c -x 1 -i "${own}s" -E -q 1 -t "$own"
  sleep 2.1
  session "${own}s" -q 1 -t "$own/other"
  pub -q 1 -t "$own" -m no
  pub -q 1 -t "$own/other" -m m1
  expect 'messages' "$(fetch "${own}s" 1 -q 1 -t "$own/other")" m1
}

tells_reason_codes() {
  expect 'without subscribers' "$(pub -d -q 1 -t "$own" -m m1 | sed -n 's/.*RC:\([0-9]*\).*/\1/p')" 16
  session "${own}s" -q 1 -t "$own"
  expect 'with a subscriber' "$(pub -d -q 1 -t "$own" -m m1 | sed -n 's/.*RC:\([0-9]*\).*/\1/p')" 0
}

keeps_retain_as_published_when_asked() {
  session "${own}1" -q 1 -t "$own" --retain-as-published
  session "${own}2" -q 1 -t "$own"
  pub -q 1 -r -t "$own" -m m1
  pub -q 1 -t "$own" -m m2
  expect 'kept' "$(fetch "${own}1" 2 -q 1 -t "$own/other" -F '%r %p' | paste -sd ' ')" '1 m1 0 m2'
  expect 'cleared' "$(fetch "${own}2" 2 -q 1 -t "$own/other" -F '%r %p' | paste -sd ' ')" '0 m1 0 m2'
}

checks='subscribes_with_wildcards carries_qos_0 carries_qos_1 carries_qos_2_once retains_and_clears
  gets_what_it_missed_in_order fires_the_will_of_a_lost_connection unsubscribes carries_large_payloads carries_many
  asks_and_is_answered refuses_an_invalid_filter lives_on_by_keep_alive'
if [ "$version" = 5 ]; then
  checks="$checks carries_properties counts_the_expiry_down names_the_subscription publishes_with_topic_aliases
    shares_a_subscription ends_its_session_when_asked tells_reason_codes keeps_retain_as_published_when_asked"
fi

echo "1..$(echo $checks | wc -w)"
number=0
for check in $checks; do
  number=$((number + 1))
  if why="$(
    own="mo${version%%.*}x$number"
    trap 'kill $(jobs -p) 2>/dev/null' EXIT
    "$check" 2>&1
  )"; then
    echo "ok $check"
  else
    echo "not ok $check: $(echo "$why" | tr '\n' ' ')"
  fi
done
