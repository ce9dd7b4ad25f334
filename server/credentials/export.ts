import { CredentialKind, ExpiryPolicy } from '#schema/credential.ts'
import { countAttempt } from '#server/access/limit.ts'
import type { App } from '#server/app.ts'
import { record } from '#server/audit/record.ts'
import { transact } from '#server/db/transact.ts'
import type { Actor } from '#server/platform/actor.ts'
import { getAdministeredScope } from './refusals.ts'
import { refuseIntegrations } from './scope.ts'
import type { CredentialRow } from './store.ts'
import { sealTransfer, type Transferred } from './transfer-file.ts'
import { openForExport } from './use-export.ts'

type Needs = Pick<App, 'db' | 'keys' | 'clock'>

/** Each one takes memory and all secrets of a scope. */
const EXPORTS_PER_WINDOW = 10

/** `leftOut`: names of those whose secret could not be opened. */
export type Exported = { file: Uint8Array; fileName: string; exported: number; leftOut: string[] }

/**
 * All credentials of the scope with their secrets, encrypted under the passphrase. For admins of the scope alone. The file
 * is handed out only when the record of it is committed.
 */
export async function exportCredentials(
  app: Needs,
  actor: Actor,
  label: string,
  { passphrase }: { passphrase: string },
): Promise<Exported> {
  const scope = await getAdministeredScope(app, actor, label, 'export')
  refuseIntegrations(scope)
  await countAttempt(app, [{ name: `credential-export:${scope.id}`, max: EXPORTS_PER_WINDOW }])
  const credentials: Transferred[] = []
  const leftOut: string[] = []
  for await (const { row, secret } of openForExport(app, scope.id)) {
    if (secret === undefined) leftOut.push(row.name)
    else credentials.push(toTransferred(row, secret))
  }
  const file = await sealTransfer(passphrase, {
    format: 'lockkeeper-credentials',
    version: 1,
    exportedAt: app.clock.now().toISOString(),
    credentials,
    leftOut,
  })
  const names = credentials.map(({ name }) => name)
  await transact(app.db, (tx) =>
    record(tx, actor, 'credential.exported', `scope:${scope.label}`, { exported: names.length, names, leftOut }),
  )
  const fileName = `lockkeeper-${scope.label.replaceAll(/[^A-Za-z0-9._-]+/g, '-')}.age`
  return { file, fileName, exported: names.length, leftOut }
}

function toTransferred(row: CredentialRow, secret: string): Transferred {
  const { name, username, header, domains, allow_http: allowHttp, expires_at } = row
  return {
    name,
    kind: CredentialKind.parse(row.kind),
    username,
    header,
    secret,
    domains,
    allowHttp,
    expiresAt: expires_at?.toISOString() ?? null,
    expiryPolicy: ExpiryPolicy.parse(row.expiry_policy),
  }
}
