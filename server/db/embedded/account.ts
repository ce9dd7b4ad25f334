import { spawn } from 'node:child_process'
import { readFile, stat } from 'node:fs/promises'

/** As whom the database runs; undefined = as ourselves. */
export type Account = { name: string; uid: number; gid: number } | undefined

/** Accounts a system already has for such work, best first; none is ever made. */
const CANDIDATES = ['lockkeeper', 'postgres', 'nobody']

/**
 * PostgreSQL refuses to run as root, so a server started as root runs it under an unprivileged account: the owner of
 * the files that are there, else the first candidate that /etc/passwd knows.
 */
export async function chooseAccount(clusterDir: string): Promise<Account> {
  if (process.getuid?.() !== 0) return undefined
  const accounts = await readAccounts()
  const owner = await stat(clusterDir).catch(() => undefined)
  const known = accounts.find(({ uid }) => uid === owner?.uid)
  if (known !== undefined && known.uid !== 0) return known
  const found = CANDIDATES.map((name) => accounts.find((account) => account.name === name)).find(
    (account) => account !== undefined && account.uid !== 0,
  )
  if (found !== undefined) return found
  throw new Error(
    `PostgreSQL does not run as root, and this machine has none of the accounts ${CANDIDATES.join(', ')} to run it as. ` +
      'Start Lockkeeper as another user, or set DATABASE_URL.',
  )
}

async function readAccounts() {
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'))
  return lines.map(([name = '', , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }))
}

/** The account as options of `spawn`. */
export function runAs(account: Account): { uid?: number; gid?: number } {
  return account === undefined ? {} : { uid: account.uid, gid: account.gid }
}

/** Whether the account can enter the directory; the kernel is asked, so every parent, group and ACL counts. */
export function canEnter(account: Account, directory: string): Promise<boolean> {
  if (account === undefined) return Promise.resolve(true)
  return new Promise((resolve) => {
    const child = spawn('/bin/sh', ['-c', 'cd "$0"', directory], {
      ...runAs(account),
      cwd: '/',
      stdio: 'ignore',
    })
    child.on('error', () => resolve(false))
    child.on('exit', (code) => resolve(code === 0))
  })
}
