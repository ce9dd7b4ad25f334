/** A server with people, a site on loopback that notes what it is asked, and a clock that tests move: for uses of credentials. */
import { startTestApp, type TestApp } from './app.ts'
import { makeCredential, makeWorld, type World } from './credential-world.ts'
import { jsonReply, startLoopback, type Loopback } from './loopback.ts'
import { asAdmin } from './people.ts'

/** A place that may be called, and where nobody listens. */
export const NOBODY = '127.0.0.2:49998'

export type Scene = AsyncDisposable & {
  site: Loopback
  server: TestApp
  world: World
  /** How far the server's clock is ahead of the real one. */
  aheadMs: number
  /** A bearer credential for the site that mia may use. */
  makeOne: (label?: string, more?: Parameters<typeof makeCredential>[2]) => Promise<string>
  /** The site answers 200 again, and has been asked nothing. */
  reset: () => void
}

export async function startScene(): Promise<Scene> {
  const site = await startLoopback(jsonReply(200, {}))
  const clock = { now: () => new Date(Date.now() + scene.aheadMs) }
  const scene: Pick<Scene, 'aheadMs'> = { aheadMs: 0 }
  const server = await startTestApp({ config: { egressAllow: `${site.host},${NOBODY}` }, lent: { clock } })
  const world = await makeWorld(server, await asAdmin(server))
  return Object.assign(scene, {
    site,
    server,
    world,
    makeOne: (label = 'space:DOCS', more: Parameters<typeof makeCredential>[2] = {}) => {
      const grants = { [`user:${world.mia.id}`]: 'use' }
      return makeCredential(server.app, label, { domains: [site.host], allowHttp: true, grants, ...more })
    },
    reset() {
      site.asked.length = 0
      site.reply = jsonReply(200, {})
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      await site[Symbol.asyncDispose]()
    },
  })
}
