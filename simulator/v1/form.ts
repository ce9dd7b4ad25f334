import { Refusal, v1Invalid } from '../answer.ts'

export type FormPart = { name: string; filename: string | undefined; mediaType: string; bytes: Buffer }

/** The parts of a multipart/form-data body. */
export function parseForm(contentType: string, body: Buffer): FormPart[] {
  const boundary = /^multipart\/form-data;.*boundary="?([^";]+)"?/i.exec(contentType)?.[1]
  if (boundary === undefined) throw new Refusal(v1Invalid('A multipart/form-data body is required'))
  const mark = Buffer.from(`--${boundary}`)
  const parts: FormPart[] = []
  for (let at = body.indexOf(mark); at >= 0;) {
    const end = body.indexOf(mark, at + mark.length)
    if (end < 0) break
    parts.push(readPart(body.subarray(at + mark.length + 2, end - 2)))
    at = end
  }
  return parts
}

function readPart(bytes: Buffer): FormPart {
  const split = bytes.indexOf('\r\n\r\n')
  const head = bytes.subarray(0, Math.max(0, split)).toString()
  const field = (pattern: RegExp) => pattern.exec(head)?.[1]
  return {
    name: field(/[; ]name="([^"]*)"/i) ?? '',
    filename: field(/filename="([^"]*)"/i),
    mediaType: field(/content-type:\s*([^\r\n;]+)/i) ?? 'application/octet-stream',
    bytes: bytes.subarray(split + 4),
  }
}
