import { once } from 'node:events'
import { createServer } from 'node:https'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from './app.ts'
import { CERTIFICATE, KEY } from './certificates.ts'
import type { Client } from './client.ts'
import { refusal } from './connecting.ts'
import { asAdmin } from './people.ts'

/** What reached the site through TLS. */
const asked: unknown[] = []
const far = createServer({ key: KEY, cert: CERTIFICATE }, (request, response) => {
  asked.push(request.headers)
  response.end('{}')
})
let host: string
let server: TestApp
let admin: Client
beforeAll(async () => {
  far.listen(0, '127.0.0.1')
  await once(far, 'listening')
  const address = far.address()
  host = typeof address === 'string' ? address : `localhost:${address?.port}`
  server = await startTestApp({ config: { egressAllow: host } })
  admin = (await asAdmin(server)).client
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  far.closeAllConnections()
  far.close()
})

test.each([
  ['cloud', 'jo@sorrelby.example'],
  ['data-center', ''],
])(
  'T7: a site (%s) with a certificate that it signed itself is refused, and sent nothing',
  async (deployment, username) => {
    const { checks, detail } = refusal(
      await admin.post('/integrations', {
        connector: 'confluence',
        name: `Wiki ${deployment}`,
        settings: { deployment, url: `https://${host}`, username, spaces: 'all' },
        secret: { apiKey: 'the-key-of-jo-0123456789' },
      }),
      422,
      'unreachable',
    )
    expect(checks).toEqual([{ name: 'Address', ok: false, detail }])
    expect(detail).toBe(
      `${host} could not prove who it is over TLS: its certificate is signed by itself (DEPTH_ZERO_SELF_SIGNED_CERT). Nothing was sent to it.`,
    )
    expect(asked).toEqual([])
  },
)
