/** The operator's own mail server, as the environment names it. */

/** `host`: a name or an address, without brackets. `tls`: from the start, by STARTTLS and not without it, or not at all. */
export type SmtpSettings = {
  host: string
  port: number
  tls: 'implicit' | 'starttls' | 'none'
  login: { user: string; password: string } | undefined
  /** An address, or a name and an address in angle brackets. */
  from: string
}

const ADDRESS = /^[^\s@<>"]+@[^\s@<>"]+$/
const NAMED_ADDRESS = /^([^<>\p{Cc}]*)<([^<>]+)>$/u

/**
 * Reads `smtp://user:password@host:587` (STARTTLS is demanded, but not on loopback) or `smtps://…`; `?tls=none` and
 * `?tls=required` say otherwise. Adds a sentence to `wrong` for each fault; none repeats the URL, which holds a password.
 */
export function readSmtp(url: string | undefined, from: string | undefined, wrong: string[]): SmtpSettings | undefined {
  if (url === undefined && from === undefined) return undefined
  if (url === undefined || from === undefined) {
    wrong.push('Set LOCKKEEPER_SMTP_URL and LOCKKEEPER_SMTP_FROM together, or neither.')
    return undefined
  }
  if (!isSender(from))
    wrong.push('LOCKKEEPER_SMTP_FROM must be an address such as Lockkeeper <lockkeeper@example.com>.')
  const server = readServer(url)
  if (server === undefined)
    wrong.push(
      'LOCKKEEPER_SMTP_URL must be smtp://user:password@host:587 or smtps://…, with signs such as @ and / of the ' +
        'password percent-encoded; after it only ?tls=none or ?tls=required.',
    )
  return server && { ...server, from }
}

function readServer(text: string): Omit<SmtpSettings, 'from'> | undefined {
  const url = URL.parse(text)
  if (url === null || !['smtp:', 'smtps:'].includes(url.protocol) || url.hostname === '') return undefined
  if (!['', '/'].includes(url.pathname) || url.hash !== '' || url.port === '0') return undefined
  const login = readLogin(url)
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1').toLowerCase()
  const tls = readTls(url, host)
  if (login === 'wrong' || tls === undefined) return undefined
  const port = url.port === '' ? (tls === 'implicit' ? 465 : 587) : Number(url.port)
  return { host, port, tls, login }
}

function readLogin({ username, password }: URL): SmtpSettings['login'] | 'wrong' {
  if (username === '' && password === '') return undefined
  if (username === '' || password === '') return 'wrong'
  try {
    return { user: decodeURIComponent(username), password: decodeURIComponent(password) }
  } catch {
    return 'wrong'
  }
}

function readTls({ protocol, searchParams }: URL, host: string): SmtpSettings['tls'] | undefined {
  const said = searchParams.get('tls')
  if ([...searchParams.keys()].length > (said === null ? 0 : 1)) return undefined
  if (said !== null && said !== 'none' && said !== 'required') return undefined
  if (protocol === 'smtps:') return said === 'none' ? undefined : 'implicit'
  if (said !== null) return said === 'none' ? 'none' : 'starttls'
  return isLoopback(host) ? 'none' : 'starttls'
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
}

function isSender(from: string): boolean {
  return ADDRESS.test(from) || ADDRESS.test(NAMED_ADDRESS.exec(from)?.[2]?.trim() ?? '')
}
