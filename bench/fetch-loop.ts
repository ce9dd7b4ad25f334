/**
 * A bare loop that reads every page with its body, 250 a request, and keeps nothing: `node bench/fetch-loop.ts URL USER KEY
 * LOOPS SPACE_ID…`. LOOPS spaces are read at once. Prints one line of JSON.
 */
import { z } from 'zod'

const Listing = z.object({
  results: z.array(z.object({ body: z.object({ storage: z.object({ value: z.string() }) }) })),
  _links: z.object({ next: z.string().optional() }),
})

const [url = '', user = '', key = '', loops = '1', ...spaceIds] = process.argv.slice(2)
const authorization = `Basic ${Buffer.from(`${user}:${key}`).toString('base64')}`
const begun = performance.now()
let [pages, characters, requests] = [0, 0, 0]
const waiting = [...spaceIds]
await Promise.all(
  Array.from({ length: Number(loops) }, async () => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) await readSpace(id)
  }),
)
console.log(JSON.stringify({ pages, characters, requests, seconds: (performance.now() - begun) / 1000 }))

async function readSpace(id: string): Promise<void> {
  let path: string | undefined =
    `/wiki/api/v2/pages?space-id=${id}&status=current,archived&body-format=storage&limit=250`
  while (path !== undefined) {
    const answer = await fetch(url + path, { headers: { authorization } })
    const listing = Listing.parse(await answer.json())
    requests += 1
    pages += listing.results.length
    for (const { body } of listing.results) characters += body.storage.value.length
    path = listing._links.next
  }
}
