import { z } from 'zod'
import type { TestApp } from './app.ts'
import type { Answer } from './client.ts'

/** Attaches a text to a document over HTTP, as the first admin; what was answered. */
export async function attachText(
  { client, url, admin }: TestApp,
  documentId: string,
  name: string,
  text: string,
): Promise<Pick<Answer, 'status' | 'body'>> {
  const signedIn = await client.post('/sessions', { email: admin.email, password: admin.password })
  const cookies = signedIn.headers.getSetCookie().map((cookie) => cookie.split(';')[0])
  const form = new FormData()
  form.set('file', new File([text], name, { type: 'text/plain' }))
  const answer = await fetch(`${url}/api/v1/documents/${documentId}/attachments`, {
    method: 'POST',
    headers: { cookie: cookies.join('; '), 'sec-fetch-site': 'same-origin' },
    body: form,
  })
  return { status: answer.status, body: z.unknown().parse(await answer.json()) }
}
