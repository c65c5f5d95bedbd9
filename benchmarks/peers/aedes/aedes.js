// aedes with its MongoDB persistence, in a process of its own: node aedes.js PORT MONGODB-URI
import { createServer } from 'node:net'
import { Aedes } from 'aedes'
import persistence from 'aedes-persistence-mongodb'

const [port, url] = process.argv.slice(2)
const broker = await Aedes.createBroker({ persistence: persistence({ url }) })
broker.on('clientError', () => {})
createServer(broker.handle).listen(Number(port), '127.0.0.1', 4096)
