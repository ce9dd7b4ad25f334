import { parseArgs } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { startSimulator } from './start.ts'

const { values } = parseArgs({
  options: {
    pages: { type: 'string', default: '0' },
    spaces: { type: 'string', default: '8' },
    latency: { type: 'string', default: '0' },
    seed: { type: 'string', default: '1' },
    port: { type: 'string', default: '8090' },
    mode: { type: 'string', default: 'cloud' },
    context: { type: 'string', default: '/confluence' },
    zone: { type: 'string' },
    password: { type: 'string' },
    sample: { type: 'boolean', default: false },
    user: { type: 'string', default: 'demo@lockkeeper.example' },
    key: { type: 'string' },
  },
})

function count(name: 'pages' | 'spaces' | 'latency' | 'seed' | 'port'): number {
  const number = Number(values[name])
  if (!Number.isSafeInteger(number) || number < 0)
    throw new Error(`--${name} needs a whole number, not "${values[name]}"`)
  return number
}

// Keeps the young heap small: 180 MB at most while 100,000 pages are read, where the default let it grow to 420.
setFlagsFromString('--semi-space-growth-factor=1')

const mode = values.mode
if (mode !== 'cloud' && mode !== 'dc') throw new Error(`--mode is "cloud" or "dc", not "${mode}"`)

const simulator = await startSimulator({
  mode,
  dc: { contextPath: values.context, ...(values.zone === undefined ? {} : { timeZone: values.zone }) },
  pages: count('pages'),
  spaces: count('spaces'),
  latencyMs: count('latency'),
  seed: count('seed'),
  port: count('port'),
  sample: values.sample || values.pages === '0',
  users: [
    {
      email: values.user,
      ...(values.key === undefined ? {} : { key: values.key }),
      ...(values.password === undefined ? {} : { password: values.password }),
    },
  ],
})
if (mode === 'dc') {
  console.log(`Confluence Data Center simulator at ${simulator.url}`)
  for (const user of simulator.users)
    console.log(`user     ${user.username}\npassword ${user.password}\ntoken    ${user.key}`)
} else {
  console.log(`Confluence simulator at ${simulator.url}/wiki`)
  for (const user of simulator.users) console.log(`user ${user.email}\nkey  ${user.key}`)
  console.log(`gateway ${simulator.url}/ex/confluence/${simulator.cloudId}`)
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => void simulator[Symbol.asyncDispose]())
}
