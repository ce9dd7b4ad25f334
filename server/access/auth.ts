// better-auth keeps people's passwords, sessions and API keys. Its own HTTP addresses are not served: our doors call it.
import { apiKey } from '@better-auth/api-key'
import { betterAuth } from 'better-auth'
import type { App } from '#server/app.ts'
import type { Db } from '#server/db/open.ts'
import { newId } from '#server/platform/ids.ts'

type Needs = Pick<App, 'db' | 'config' | 'keys' | 'log'>

/** A session that is used lives on; one left alone ends after this time. */
const SESSION_SECONDS = 7 * 86_400
const REFRESH_SECONDS = 86_400
/** Only we write this header, into the headers that we make for better-auth. */
export const CLIENT_IP_HEADER = 'x-lockkeeper-client-ip'

export type Auth = ReturnType<typeof openAuth>

const opened = new WeakMap<Db, Auth>()

/** The better-auth of this database; one a process. */
export function authOf(app: Needs): Auth {
  const known = opened.get(app.db)
  if (known !== undefined) return known
  const auth = openAuth(app)
  opened.set(app.db, auth)
  return auth
}

function openAuth(app: Needs) {
  return betterAuth({
    appName: 'Lockkeeper',
    baseURL: app.config.publicUrl,
    secret: app.keys.derive('sessions'),
    telemetry: { enabled: false },
    logger: { level: 'error', log: (_level, message) => app.log.warn({ source: 'better-auth' }, message) },
    database: { db: app.db, type: 'postgres' },
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: 12, maxPasswordLength: 128 },
    session: { ...SESSION_FIELDS, expiresIn: SESSION_SECONDS, updateAge: REFRESH_SECONDS },
    user: USER_FIELDS,
    account: ACCOUNT_FIELDS,
    verification: VERIFICATION_FIELDS,
    advanced: {
      cookiePrefix: 'lockkeeper',
      database: { generateId: newId, joins: true },
      ipAddress: { ipAddressHeaders: [CLIENT_IP_HEADER] },
    },
    plugins: [
      apiKey(
        {
          defaultPrefix: 'lk_',
          startingCharactersConfig: { shouldStore: true, charactersLength: 8 },
          maximumNameLength: 100,
          keyExpiration: { minExpiresIn: 0, maxExpiresIn: 3650 },
          rateLimit: { enabled: false },
        },
        { schema: { apikey: API_KEY_FIELDS } },
      ),
    ],
  })
}

const TIMES = { createdAt: 'created_at', updatedAt: 'updated_at' }

const USER_FIELDS = { modelName: 'users', fields: { emailVerified: 'email_verified', ...TIMES } }

const SESSION_FIELDS = {
  modelName: 'sessions',
  fields: {
    userId: 'user_id',
    expiresAt: 'expires_at',
    ipAddress: 'ip_address',
    userAgent: 'user_agent',
    ...TIMES,
  },
}

const ACCOUNT_FIELDS = {
  modelName: 'accounts',
  fields: {
    userId: 'user_id',
    accountId: 'account_id',
    providerId: 'provider_id',
    accessToken: 'access_token',
    refreshToken: 'refresh_token',
    idToken: 'id_token',
    accessTokenExpiresAt: 'access_token_expires_at',
    refreshTokenExpiresAt: 'refresh_token_expires_at',
    ...TIMES,
  },
}

const VERIFICATION_FIELDS = { modelName: 'verifications', fields: { expiresAt: 'expires_at', ...TIMES } }

const API_KEY_FIELDS = {
  modelName: 'api_keys',
  fields: {
    configId: 'config_id',
    referenceId: 'reference_id',
    refillInterval: 'refill_interval',
    refillAmount: 'refill_amount',
    lastRefillAt: 'last_refill_at',
    rateLimitEnabled: 'rate_limit_enabled',
    rateLimitTimeWindow: 'rate_limit_time_window',
    rateLimitMax: 'rate_limit_max',
    requestCount: 'request_count',
    lastRequest: 'last_request',
    expiresAt: 'expires_at',
    ...TIMES,
  },
}
