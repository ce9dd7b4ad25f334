// The web application's files as `vite build` left them: hashed assets for ever, the page itself never cached.
import { serveStatic } from '@hono/node-server/serve-static'
import type { OpenAPIHono } from '@hono/zod-openapi'
import { compress } from 'hono/compress'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { DoorEnv } from './door.ts'

const BUILT = fileURLToPath(new URL('../../web/dist', import.meta.url))

/** Serves web/dist below `/`; every address that is no file is the application's own, so it gets the page. */
export function mountWebPages(http: OpenAPIHono<DoorEnv>, root: string = BUILT): void {
  if (!existsSync(join(root, 'index.html'))) {
    http.get('*', (c) => c.text('The web pages are not built. Run: npm run build:web', 503))
    return
  }
  http.use('*', compress(), async (c, next) => {
    await next()
    if (c.res.status === 200) c.res.headers.set('cache-control', cachingOf(c.req.path))
  })
  http.use('*', serveStatic({ root, precompressed: true }))
  http.get('*', async (c, next) => {
    if (isFile(c.req.path)) return next() // a missing file is missing, not the page
    return serveStatic<DoorEnv>({ path: join(root, 'index.html') })(c, next)
  })
}

function isFile(path: string): boolean {
  return path.startsWith('/assets/') || /\.(js|css|map|json|webmanifest|txt|xml|html|svg|png|ico|woff2?)$/i.test(path)
}

function cachingOf(path: string): string {
  return path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache'
}
