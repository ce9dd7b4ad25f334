/** Configuration, read once from the environment; a wrong value stops the start with a sentence that names it. */
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { readSmtp, type SmtpSettings } from './smtp-settings.ts'

export type Role = 'api' | 'worker'

export type Config = {
  host: string
  port: number
  /** How browsers reach this server, without a trailing slash. */
  publicUrl: string
  dataDir: string
  configDir: string
  /** Undefined = the embedded PostgreSQL below `dataDir`. */
  databaseUrl: string | undefined
  rootKey: string | undefined
  rootKeyFile: string | undefined
  /** The key that shall follow, where the present one comes from the environment or a file of the operator's. */
  rootKeyNext: string | undefined
  rootKeyNextFile: string | undefined
  setupToken: string | undefined
  admin: { email: string; password: string } | undefined
  egressAllow: string
  logLevel: string
  roles: readonly Role[]
  /** Where scoped API tokens are used: the vendor's gateway, or another origin that stands in for it. */
  confluenceGateway: string
  /** Undefined = no mail is sent. */
  smtp: SmtpSettings | undefined
  /** Requests to one receiver at once, and starts of them per second (undefined = as fast as it answers), of one worker. */
  deliveries: { concurrency: number; perSecond: number | undefined }
  /** How long deliveries that are over, runs of workflows and events are kept. */
  logRetentionDays: number
}

/** Parses the environment. Throws one Error that lists everything wrong. */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const wrong: string[] = []
  const text = (name: string) => (env[name] === undefined || env[name] === '' ? undefined : env[name])
  const port = Number(text('LOCKKEEPER_PORT') ?? '7400')
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    wrong.push('LOCKKEEPER_PORT must be a number from 0 to 65535.')
  const host = text('LOCKKEEPER_HOST') ?? '127.0.0.1'
  const publicUrl = (
    text('LOCKKEEPER_PUBLIC_URL') ?? `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}`
  ).replace(/\/+$/, '')
  if (!URL.canParse(publicUrl))
    wrong.push('LOCKKEEPER_PUBLIC_URL must be an address such as https://lockkeeper.example.com.')
  const roles = (text('LOCKKEEPER_ROLES') ?? 'api,worker').split(',').map((role) => role.trim())
  const known = roles.filter((role): role is Role => role === 'api' || role === 'worker')
  if (known.length !== roles.length) wrong.push('LOCKKEEPER_ROLES must be api, worker or both, separated by a comma.')
  const email = text('LOCKKEEPER_ADMIN_EMAIL')
  const password = text('LOCKKEEPER_ADMIN_PASSWORD')
  if ((email === undefined) !== (password === undefined))
    wrong.push('Set LOCKKEEPER_ADMIN_EMAIL and LOCKKEEPER_ADMIN_PASSWORD together, or neither.')
  if (text('LOCKKEEPER_ROOT_KEY') !== undefined && text('LOCKKEEPER_ROOT_KEY_FILE') !== undefined)
    wrong.push('Set LOCKKEEPER_ROOT_KEY or LOCKKEEPER_ROOT_KEY_FILE, not both.')
  if (text('LOCKKEEPER_ROOT_KEY_NEXT') !== undefined && text('LOCKKEEPER_ROOT_KEY_NEXT_FILE') !== undefined)
    wrong.push('Set LOCKKEEPER_ROOT_KEY_NEXT or LOCKKEEPER_ROOT_KEY_NEXT_FILE, not both.')
  const smtp = readSmtp(text('LOCKKEEPER_SMTP_URL'), text('LOCKKEEPER_SMTP_FROM'), wrong)
  const deliveries = readDeliveries(text('LOCKKEEPER_DELIVERY_CONCURRENCY'), text('LOCKKEEPER_DELIVERY_RATE'), wrong)
  const logRetentionDays = Number(text('LOCKKEEPER_LOG_RETENTION_DAYS') ?? '30')
  if (!Number.isInteger(logRetentionDays) || logRetentionDays < 1 || logRetentionDays > 3650)
    wrong.push('LOCKKEEPER_LOG_RETENTION_DAYS must be a whole number of days from 1 to 3650.')
  if (wrong.length > 0) throw new Error(`The configuration is wrong. ${wrong.join(' ')}`)
  const root = process.getuid?.() === 0
  return {
    host,
    port,
    publicUrl,
    dataDir: resolve(text('LOCKKEEPER_DATA_DIR') ?? join(text('XDG_DATA_HOME') ?? dataHome(root), 'lockkeeper')),
    configDir: resolve(
      text('LOCKKEEPER_CONFIG_DIR') ?? join(text('XDG_CONFIG_HOME') ?? configHome(root), 'lockkeeper'),
    ),
    databaseUrl: text('DATABASE_URL'),
    rootKey: text('LOCKKEEPER_ROOT_KEY'),
    rootKeyFile: text('LOCKKEEPER_ROOT_KEY_FILE'),
    rootKeyNext: text('LOCKKEEPER_ROOT_KEY_NEXT'),
    rootKeyNextFile: text('LOCKKEEPER_ROOT_KEY_NEXT_FILE'),
    setupToken: text('LOCKKEEPER_SETUP_TOKEN'),
    admin: email !== undefined && password !== undefined ? { email, password } : undefined,
    egressAllow: text('LOCKKEEPER_EGRESS_ALLOW') ?? '',
    logLevel: text('LOCKKEEPER_LOG_LEVEL') ?? 'info',
    roles: known,
    confluenceGateway: (text('LOCKKEEPER_CONFLUENCE_GATEWAY') ?? 'https://api.atlassian.com').replace(/\/+$/, ''),
    smtp,
    deliveries,
    logRetentionDays,
  }
}

function readDeliveries(concurrencyText = '20', rateText: string | undefined, wrong: string[]): Config['deliveries'] {
  const concurrency = Number(concurrencyText)
  if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > 64)
    wrong.push('LOCKKEEPER_DELIVERY_CONCURRENCY must be a whole number from 1 to 64.')
  const perSecond = rateText === undefined ? undefined : Number(rateText)
  if (perSecond !== undefined && !(perSecond > 0 && perSecond <= 10_000))
    wrong.push('LOCKKEEPER_DELIVERY_RATE must be a number of requests per second above 0, up to 10000.')
  return { concurrency, perSecond }
}

/** Root's home is closed to the account that the database runs as then, so a server started as root keeps to the system's directories. */
function dataHome(root: boolean): string {
  return root ? '/var/lib' : join(homedir(), '.local', 'share')
}

function configHome(root: boolean): string {
  return root ? '/etc' : join(homedir(), '.config')
}
