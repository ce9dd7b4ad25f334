// Which header a person may put on an outbound request, and with what value.

export type HeaderVerdict = { allowed: true } | { allowed: false; reason: string }

// A token of RFC 9110 §5.6.2.
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,256}$/
// Visible Latin-1, space and tab (RFC 9110 §5.5); anything else could end the header or be read differently by the far side.
const VALUE = /^[\t\u0020-\u007e\u0080-\u00ff]*$/
const MAX_VALUE_LENGTH = 16_384

/** Headers that frame the message or steer the connection: only the HTTP client may write them (RFC 9110 §7.6.1, RFC 9112). */
const FRAMING: ReadonlySet<string> = new Set([
  'host',
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** Headers the sender of a webhook signs with, and those that unlock cloud metadata services. */
const RESERVED: ReadonlySet<string> = new Set([
  'webhook-id',
  'webhook-timestamp',
  'webhook-signature',
  'metadata',
  'metadata-flavor',
  'x-metadata-token',
  'x-aws-ec2-metadata-token',
  'x-aws-ec2-metadata-token-ttl-seconds',
])

/** Whether only the HTTP client may write this header. */
export function isFramingHeader(name: string): boolean {
  return FRAMING.has(name.toLowerCase())
}

/** Judges a header a person typed. The reason never repeats the value. */
export function judgeHeader(name: string, value: string): HeaderVerdict {
  const shown = JSON.stringify(name.slice(0, 100))
  if (!TOKEN.test(name)) return refuse(`${shown} is no header name: use letters, digits and dashes, without spaces.`)
  const lower = name.toLowerCase()
  if (FRAMING.has(lower) || RESERVED.has(lower)) return refuse(`The header ${shown} is reserved and cannot be set.`)
  if (value.length > MAX_VALUE_LENGTH)
    return refuse(`The value of ${shown} is longer than ${MAX_VALUE_LENGTH} characters.`)
  if (value !== value.trim()) return refuse(`The value of ${shown} begins or ends with white space. Trim it.`)
  if (value === '') return refuse(`The value of ${shown} is empty.`)
  if (!VALUE.test(value))
    return refuse(`The value of ${shown} contains a line break or a character that headers cannot carry.`)
  return { allowed: true }
}

function refuse(reason: string): HeaderVerdict {
  return { allowed: false, reason }
}
