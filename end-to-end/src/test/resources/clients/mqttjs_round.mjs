// Tries a broker with mqtt.js.
//
//     node mqttjs_round.mjs FOLDER HOST PORT 3.1.1|5      (FOLDER holds node_modules/mqtt)
//
// MQTT_OPTIONS in the environment holds more options of every client, as JSON: another protocol than mqtt, who logs in.
//
// Prints the plan (1..N), then one line per check: "ok NAME" or "not ok NAME: WHY".

import { createRequire } from 'node:module'
import { isDeepStrictEqual, inspect } from 'node:util'
import { setTimeout as pause } from 'node:timers/promises'

const [folder, host, port, version] = process.argv.slice(2)
const { connect } = createRequire(`${folder}/`)('mqtt')
const five = version === '5'
const PATIENCE = 60_000
const KEPT = 600
const shared = JSON.parse(process.env.MQTT_OPTIONS ?? '{}')
const everyone = []

function expect (actual, expected, what) {
  if (!isDeepStrictEqual(actual, expected)) {
    const show = value => inspect(value, { breakLength: Infinity, maxArrayLength: 60 }).slice(0, 400)
    throw new Error(`${what}: expected ${show(expected)}, got ${show(actual)}`)
  }
}

const numbered = (first, last) => Array.from({ length: last - first + 1 }, (_, i) => `m${first + i}`)

/** A client and all that it was told. */
class Client {
  received = []
  lost = false
  disconnect = null

  constructor (clientId, options = {}) {
    const { clean = true, properties = {}, ...others } = options
    if (five && !clean) properties.sessionExpiryInterval ??= KEPT
    this.name = clientId
    this.mqtt = connect({
      host, port, clientId, clean, protocol: 'mqtt', protocolVersion: five ? 5 : 4, reconnectPeriod: 0, connectTimeout: PATIENCE,
      ...(five ? { properties } : {}), ...shared, ...others
    })
    this.mqtt.on('message', (topic, payload, packet) => this.received.push({ ...packet, topic, text: payload.toString() }))
    this.mqtt.on('close', () => { this.lost = true })
    this.mqtt.on('disconnect', packet => { this.disconnect = packet })
    everyone.push(this)
  }

  /** The CONNACK; what refuses the connection is thrown. */
  connected () {
    return new Promise((resolve, reject) => {
      this.mqtt.once('connect', resolve)
      this.mqtt.once('error', reject)
      this.mqtt.once('close', () => reject(new Error('closed')))
      this.mqtt.on('error', () => {}) // what comes later is seen by the close of the connection
    })
  }

  async until (condition, what) {
    const end = Date.now() + PATIENCE
    while (!condition()) {
      if (Date.now() > end) throw new Error(`${this.name} waited in vain for ${what}; it has ${inspect(this.texts()).slice(0, 300)}`)
      await pause(5)
    }
  }

  texts () { return this.received.map(message => message.text) }

  async awaitTexts (expected) {
    await this.until(() => this.received.length >= expected.length || this.lost, `${expected.length} messages`)
    expect(this.texts(), expected, `messages of ${this.name}`)
  }

  /** The reason codes of SUBACK, also those that mqtt.js shows as an error. */
  async subscribe (filter, options) {
    try {
      await this.mqtt.subscribeAsync(filter, options)
    } catch (problem) {
      return this.suback ?? Promise.reject(problem)
    }
    return this.suback
  }

  watchAnswers () {
    this.mqtt.on('packetreceive', packet => {
      if (packet.cmd === 'suback') this.suback = [...packet.granted]
      if (packet.cmd === 'puback') this.puback = packet.reasonCode ?? 0
    })
    return this
  }

  unsubscribe (filter) { return this.mqtt.unsubscribeAsync(filter) }
  publish (topic, payload, qos = 1, options = {}) { return this.mqtt.publishAsync(topic, payload, { qos, ...options }) }
  leave (options = {}) { return this.mqtt.endAsync(false, options) }

  async cut () {
    this.mqtt.stream.destroy()
    await this.until(() => this.lost, 'the end of the connection')
  }
}

async function join (name, options) {
  const client = new Client(name, options).watchAnswers()
  client.connack = await client.connected()
  return client
}

const checks = {
  async connects_clean (own) {
    for (let i = 0; i < 2; i++) {
      const client = await join(own)
      expect(client.connack.sessionPresent, false, 'session present')
      await client.subscribe(own, { qos: 1 })
      await client.leave()
    }
  },

  async keeps_a_persistent_session (own) {
    for (const present of [false, true]) {
      const client = await join(own, { clean: false })
      expect(client.connack.sessionPresent, present, 'session present')
      await client.leave()
    }
    expect((await join(own)).connack.sessionPresent, false, 'session present after a clean start')
  },

  async subscribes_with_wildcards (own) {
    const [one, many, level, publisher] = await Promise.all(['1', '2', '3', 'p'].map(name => join(own + name)))
    expect(await one.subscribe(`${own}/+/x`, { qos: 1 }), [1], 'SUBACK')
    expect(await many.subscribe(`${own}/a/#`, { qos: 2 }), [2], 'SUBACK')
    expect(await level.subscribe(`${own}/+`, { qos: 0 }), [0], 'SUBACK')
    for (const topic of ['a', 'a/x', 'a/y', 'b/x', 'a/x/x', '', 'end/x', 'a/end', 'end']) {
      await publisher.publish(`${own}/${topic}`, topic)
    }
    await one.awaitTexts(['a/x', 'b/x', 'end/x'])
    await many.awaitTexts(['a', 'a/x', 'a/y', 'a/x/x', 'a/end'])
    await level.awaitTexts(['a', '', 'end'])
  },

  carries_qos_0: own => carries(own, 0),
  carries_qos_1: own => carries(own, 1),
  carries_qos_2_once: own => carries(own, 2),

  async retains_and_clears (own) {
    const publisher = await join(own + 'p')
    for (const qos of [0, 1, 2]) {
      await publisher.publish(`${own}/${qos}`, 'old', qos, { retain: true })
      await publisher.publish(`${own}/${qos}`, `m${qos}`, qos, { retain: true })
    }
    const before = await join(own + '1')
    await before.subscribe(own + '/#', { qos: 2 })
    await before.until(() => before.received.length >= 3, 'retained messages')
    expect(before.received.map(m => [m.topic.at(-1), m.text, m.qos, m.retain]).sort(),
      [0, 1, 2].map(qos => [`${qos}`, `m${qos}`, qos, true]), 'retained messages')
    await publisher.publish(`${own}/1`, '', 1, { retain: true })
    const after = await join(own + '2')
    await after.subscribe(own + '/#', { qos: 2 })
    await publisher.publish(own + '/live', 'end', 2)
    await after.until(() => after.texts().includes('end'), 'the last message')
    expect(after.texts().sort(), ['end', 'm0', 'm2'], 'what is left')
  },

  async gets_what_it_missed_in_order (own) {
    const away = await join(own + 's', { clean: false })
    await away.subscribe(own, { qos: 2 })
    await away.leave()
    const publisher = await join(own + 'p')
    for (let number = 1; number <= 50; number++) await publisher.publish(own, `m${number}`, 1 + number % 2)
    const back = await join(own + 's', { clean: false })
    await back.until(() => back.received.length >= 50, '50 messages')
    // A message at QoS 2 is handed over only when its exchange is through, so others pass it in the client.
    for (const qos of [1, 2]) {
      expect(back.received.filter(m => m.qos === qos).map(m => m.text),
        numbered(1, 50).filter((_, i) => 1 + (i + 1) % 2 === qos), `messages at QoS ${qos}`)
    }
  },

  async fires_the_will_of_a_lost_connection (own) {
    const watcher = await join(own + 'w')
    await watcher.subscribe(own + '/#', { qos: 2 })
    const will = name => ({ will: { topic: `${own}/${name}`, payload: 'gone', qos: 1, retain: name === 'a' } })
    await (await join(own + 'a', will('a'))).cut()
    await (await join(own + 'b', will('b'))).leave()
    await watcher.awaitTexts(['gone'])
    await (await join(own + 'p')).publish(own, 'end', 1)
    await watcher.awaitTexts(['gone', 'end'])
    const late = await join(own + 'l')
    await late.subscribe(own + '/#', { qos: 1 })
    await late.awaitTexts(['gone'])
    expect(late.received[0].retain, true, 'retain flag')
  },

  async unsubscribes (own) {
    const [subscriber, publisher] = await Promise.all([join(own + 's'), join(own + 'p')])
    await subscriber.subscribe([own + '/a', own + '/b'], { qos: 1 })
    await publisher.publish(own + '/a', 'm1')
    await subscriber.awaitTexts(['m1'])
    await subscriber.unsubscribe(own + '/a')
    await publisher.publish(own + '/a', 'no')
    await publisher.publish(own + '/b', 'm2')
    await subscriber.awaitTexts(['m1', 'm2'])
  },

  async carries_large_payloads (own) {
    const [subscriber, publisher] = await Promise.all([join(own + 's'), join(own + 'p')])
    await subscriber.subscribe(own, { qos: 2 })
    const payloads = ['a', 'b', 'c'].map(letter => letter.repeat(200_000))
    for (const qos of [0, 1, 2]) await publisher.publish(own, payloads[qos], qos)
    await subscriber.until(() => subscriber.received.length >= 3, 'three large messages')
    expect(subscriber.texts().map((text, i) => text === payloads[i]), [true, true, true], 'payloads')
  },

  async carries_many_with_a_full_window (own) {
    const [subscriber, publisher] = await Promise.all([join(own + 's'), join(own + 'p')])
    await subscriber.subscribe(own, { qos: 1 })
    await Promise.all(numbered(1, 2000).map(text => publisher.publish(own, text)))
    await subscriber.awaitTexts(numbered(1, 2000))
  },

  async lives_on_by_keep_alive (own) {
    const [idle, publisher] = await Promise.all([join(own + 's', { keepalive: 1 }), join(own + 'p')])
    await idle.subscribe(own, { qos: 1 })
    await pause(4000)
    expect(idle.lost, false, 'connection lost')
    await publisher.publish(own, 'm1')
    await idle.awaitTexts(['m1'])
  },

  async refuses_an_invalid_filter (own) {
    const client = await join(own)
    if (five) {
      client.subscribe('$share/' + own, { qos: 1 }).catch(() => {})
      await client.until(() => client.lost, 'the end of the connection')
      expect(client.disconnect?.reasonCode, 0x8F, 'DISCONNECT')
    } else {
      // In 3.1.1 it is not malformed, as that knows no shared subscriptions.
      expect(await client.subscribe('$share/' + own, { qos: 1 }), [0x80], 'SUBACK')
      expect(await client.subscribe(own, { qos: 1 }), [1], 'SUBACK after that')
    }
  },

  async is_taken_over (own) {
    const first = await join(own, { clean: false })
    await first.subscribe(own, { qos: 1 })
    const second = await join(own, { clean: false })
    expect(second.connack.sessionPresent, true, 'session present')
    await first.until(() => first.lost, 'the end of the connection')
    if (five) expect(first.disconnect?.reasonCode, 0x8E, 'DISCONNECT')
    await (await join(own + 'p')).publish(own, 'm1')
    await second.awaitTexts(['m1'])
  }
}

async function carries (own, qos) {
  const [subscriber, publisher] = await Promise.all([join(own + 's'), join(own + 'p')])
  expect(await subscriber.subscribe(own, { qos: 2 }), [2], 'SUBACK')
  const sent = Promise.all(numbered(1, 200).map(text => publisher.publish(own, text, qos)))
  await subscriber.awaitTexts(numbered(1, 200))
  expect([...new Set(subscriber.received.map(m => `${m.qos} ${m.dup} ${m.retain}`))], [`${qos} false false`], 'flags')
  await sent
}

const checksOf5 = {
  async carries_properties (own) {
    const [subscriber, publisher] = await Promise.all([join(own + 's'), join(own + 'p')])
    await subscriber.subscribe(own, { qos: 2 })
    const properties = {
      userProperties: { k: ['v1', 'v2'], ü: '' }, contentType: 'text/plain', responseTopic: own + '/r',
      correlationData: Buffer.from([0, 1, 255]), payloadFormatIndicator: true
    }
    for (const qos of [0, 1, 2]) await publisher.publish(own, `m${qos}`, qos, { properties })
    await subscriber.awaitTexts(numbered(0, 2))
    for (const message of subscriber.received) {
      const got = message.properties
      expect({ ...got, userProperties: { ...got.userProperties } }, properties, 'properties')
    }
  },

  async asks_and_is_answered (own) {
    const [asking, answering] = await Promise.all([join(own + 'a'), join(own + 'b')])
    await asking.subscribe(own + '/answers', { qos: 1 })
    await answering.subscribe(own + '/questions', { qos: 1 })
    await asking.publish(own + '/questions', '?', 1,
      { properties: { responseTopic: own + '/answers', correlationData: Buffer.from('7') } })
    await answering.awaitTexts(['?'])
    const { responseTopic, correlationData } = answering.received[0].properties
    await answering.publish(responseTopic, '!', 1, { properties: { correlationData } })
    await asking.awaitTexts(['!'])
    expect(asking.received[0].properties.correlationData.toString(), '7', 'correlation data')
  },

  async counts_the_expiry_down (own) {
    await (await subscribed(own + 's', own)).leave()
    const publisher = await join(own + 'p')
    await publisher.publish(own, 'short', 1, { properties: { messageExpiryInterval: 1 } })
    await publisher.publish(own, 'long', 1, { properties: { messageExpiryInterval: 500 } })
    await pause(2100)
    const back = await join(own + 's', { clean: false })
    await back.awaitTexts(['long'])
    const left = back.received[0].properties.messageExpiryInterval
    expect(left > 0 && left <= 498, true, `${left} of 500 seconds are left after two; plausible`)
  },

  async names_the_subscriptions (own) {
    const [subscriber, publisher] = await Promise.all([join(own + 's'), join(own + 'p')])
    await subscriber.subscribe(own + '/#', { qos: 1, properties: { subscriptionIdentifier: 7 } })
    await subscriber.subscribe(own + '/+', { qos: 2, properties: { subscriptionIdentifier: 268_435_455 } })
    await publisher.publish(own + '/a', 'm1', 2)
    await publisher.publish(own, 'm2', 2)
    await subscriber.until(() => subscriber.received.length >= 2, 'two messages')
    const identifiers = Object.fromEntries(
      subscriber.received.map(m => [m.text, [m.properties.subscriptionIdentifier].flat().sort((a, b) => a - b)]))
    expect(identifiers, { m1: [7, 268_435_455], m2: [7] }, 'identifiers')
  },

  async publishes_with_topic_aliases (own) {
    const subscriber = await join(own + 's')
    await subscriber.subscribe(own + '/#', { qos: 1 })
    for (const option of ['autoUseTopicAlias', 'autoAssignTopicAlias']) {
      const publisher = await join(own + 'p', { [option]: true })
      let aliased = 0
      publisher.mqtt.on('packetsend', packet => { if (packet.cmd === 'publish' && packet.topic === '') aliased++ })
      if (option === 'autoUseTopicAlias') {
        await publisher.publish(own + '/1', 'm0', 1, { properties: { topicAlias: 1 } })
        for (let i = 1; i <= 5; i++) await publisher.publish(own + '/1', `m${i}`)
      } else {
        // More topics than there are aliases, so that some are given anew.
        for (let i = 6; i <= 125; i++) await publisher.publish(`${own}/${(i >> 1) % 50}`, `m${i}`)
      }
      expect(aliased > 4, true, `${aliased} messages named their topic by its alias`)
    }
    await subscriber.awaitTexts(numbered(0, 125))
    expect(subscriber.received.map(m => m.topic.slice(own.length + 1)),
      numbered(0, 125).map((_, i) => i < 6 ? '1' : `${(i >> 1) % 50}`), 'topics')
  },

  async is_sent_topic_aliases_it_understands (own) {
    const [subscriber, publisher] = await Promise.all(
      [join(own + 's', { properties: { topicAliasMaximum: 2 } }), join(own + 'p')])
    await subscriber.subscribe(own + '/#', { qos: 1 })
    for (let i = 1; i <= 30; i++) await publisher.publish(`${own}/${i % 3}`, `m${i}`)
    await subscriber.awaitTexts(numbered(1, 30))
    expect(subscriber.received.map(m => m.topic), numbered(1, 30).map((_, i) => `${own}/${(i + 1) % 3}`), 'topics')
  },

  async shares_a_subscription (own) {
    const [one, two, publisher] = await Promise.all([join(own + '1'), join(own + '2'), join(own + 'p')])
    for (const member of [one, two]) expect(await member.subscribe(`$share/group/${own}`, { qos: 2 }), [2], 'SUBACK')
    for (let number = 1; number <= 100; number++) await publisher.publish(own, `m${number}`, number % 3)
    await one.until(() => one.received.length + two.received.length >= 100, '100 messages in all')
    expect([...one.texts(), ...two.texts()].sort((a, b) => a.slice(1) - b.slice(1)), numbered(1, 100), 'messages of both')
    expect(one.received.length > 0 && two.received.length > 0, true, 'both get some')
  },

  async ends_its_session_when_asked (own) {
    await (await join(own, { clean: false, properties: { sessionExpiryInterval: 1 } })).leave()
    await pause(2100)
    const again = await join(own, { clean: false })
    expect(again.connack.sessionPresent, false, 'session present after the expiry')
    await again.leave({ properties: { sessionExpiryInterval: 0 } })
    expect((await join(own, { clean: false })).connack.sessionPresent, false, 'session present after an expiry of 0')
  },

  async tells_reason_codes (own) {
    const client = await join(own)
    await client.publish(own, 'nobody')
    expect(client.puback, 0x10, 'PUBACK without subscribers')
    expect((await client.unsubscribe(own)).granted, [0x11], 'UNSUBACK without subscription')
    await client.subscribe(own, { qos: 1 })
    await client.publish(own, 'm1')
    expect(client.puback, 0, 'PUBACK')
    expect((await client.unsubscribe(own)).granted, [0], 'UNSUBACK')
  },

  async is_assigned_an_identifier (own) {
    const clients = [await join(''), await join('')]
    const names = clients.map(client => client.connack.properties?.assignedClientIdentifier)
    expect(Boolean(names[0] && names[1] && names[0] !== names[1]), true, `identifiers ${names} are two`)
  },

  async gets_nothing_of_its_own_with_no_local (own) {
    const [one, two] = await Promise.all([join(own + '1'), join(own + '2')])
    for (const client of [one, two]) await client.subscribe(own, { qos: 1, nl: true })
    await one.publish(own, 'of one')
    await two.publish(own, 'of two')
    await one.awaitTexts(['of two'])
    await two.awaitTexts(['of one'])
  },

  async keeps_retain_as_published_when_asked (own) {
    const [keeps, clears, publisher] = await Promise.all([join(own + '1'), join(own + '2'), join(own + 'p')])
    await keeps.subscribe(own, { qos: 1, rap: true })
    await clears.subscribe(own, { qos: 1, rap: false })
    await publisher.publish(own, 'm1', 1, { retain: true })
    await publisher.publish(own, 'm2', 1, { retain: false })
    for (const [client, flags] of [[keeps, [true, false]], [clears, [false, false]]]) {
      await client.awaitTexts(['m1', 'm2'])
      expect(client.received.map(m => m.retain), flags, 'retain flags')
    }
  },

  async handles_retained_as_asked (own) {
    const [publisher, subscriber] = await Promise.all([join(own + 'p'), join(own + 's')])
    await publisher.publish(own, 'kept', 1, { retain: true })
    const subscribe = async (rh, ...expected) => {
      subscriber.received.length = 0
      await subscriber.subscribe(own, { qos: 1, rh })
      await publisher.publish(own, 'live')
      await subscriber.awaitTexts([...expected, 'live'])
    }
    await subscribe(2)
    await subscribe(1)
    await subscribe(0, 'kept')
    await subscriber.unsubscribe(own)
    await subscribe(1, 'kept')
  },

  async delays_a_will_and_keeps_its_properties (own) {
    const watcher = await join(own + 'w')
    await watcher.subscribe(own, { qos: 2 })
    const dying = willDelayInterval => join(own + 'd', {
      clean: false,
      will: {
        topic: own, payload: 'gone', qos: 1, retain: false,
        properties: { willDelayInterval, contentType: 'will', userProperties: { why: 'cut' }, messageExpiryInterval: 300 }
      }
    })
    await (await dying(300)).cut()
    await (await dying(1)).cut()
    await watcher.awaitTexts(['gone'])
    const { contentType, userProperties, willDelayInterval } = watcher.received[0].properties
    expect([contentType, { ...userProperties }, willDelayInterval], ['will', { why: 'cut' }, undefined], 'properties')
  },

  async is_told_when_a_packet_is_too_large (own) {
    const client = await join(own)
    const most = client.connack.properties.maximumPacketSize
    client.publish(own, 'x'.repeat(most)).catch(() => {})
    await client.until(() => client.lost, 'the end of the connection')
    expect(client.disconnect?.reasonCode, 0x95, 'DISCONNECT')
  },

  async gets_all_within_its_receive_maximum (own) {
    await (await subscribed(own + 's', own)).leave()
    const publisher = await join(own + 'p')
    for (let number = 1; number <= 50; number++) await publisher.publish(own, `m${number}`, 2)
    const slow = await join(own + 's', { clean: false, properties: { receiveMaximum: 3 } })
    await slow.awaitTexts(numbered(1, 50))
  }
}

async function subscribed (name, topic) {
  const client = await join(name, { clean: false })
  await client.subscribe(topic, { qos: 2 })
  return client
}

const all = Object.entries(five ? { ...checks, ...checksOf5 } : checks)
console.log(`1..${all.length}`)
for (const [number, [name, check]] of all.entries()) {
  try {
    await check(`js${five ? 5 : 3}x${number}`)
    console.log(`ok ${name}`)
  } catch (problem) {
    console.error(problem)
    console.log(`not ok ${name}: ${`${problem}`.replaceAll('\n', ' ')}`)
  } finally {
    for (const client of everyone.splice(0)) client.mqtt.end(true)
  }
}
process.exit()
