/** Who may import whom: the shape of the server as a table, and the check that holds the files to it. */

export type SourceFile = { path: string; text: string }

/** What doors may call; of egress, the judgement that dials nothing. */
const FEATURES = [
  'access',
  'audit',
  'content',
  'credentials',
  'deliveries',
  'egress',
  'integrations',
  'ops',
  'vault',
  'workflows',
]

/** Folder of server/ → folders whose code it may use, besides its own, schema and platform. A folder not named here may use nothing. */
export const TABLE: Readonly<Record<string, readonly string[]>> = {
  platform: [],
  vault: [],
  egress: [],
  db: [],
  connectors: ['egress'],
  jobs: ['db'],
  audit: ['db'],
  events: ['db', 'jobs'],
  access: ['db', 'audit'],
  // of events, emit: that one expires (decision 16)
  credentials: ['db', 'events', 'vault', 'egress', 'access', 'audit'],
  content: ['db', 'events', 'access', 'audit'],
  deliveries: ['db', 'jobs', 'events', 'credentials', 'access', 'audit'],
  integrations: ['db', 'jobs', 'events', 'connectors', 'credentials', 'content', 'access', 'audit'],
  // of egress, the judgement that dials nothing (decision 17)
  workflows: [
    'db',
    'jobs',
    'events',
    'egress',
    'credentials',
    'integrations',
    'deliveries',
    'content',
    'access',
    'audit',
  ],
  ops: ['db', 'jobs', 'vault'],
  http: FEATURES,
  mcp: FEATURES,
  cli: FEATURES,
}

const DOORS = new Set(['http', 'mcp', 'cli'])

/** The type App and the types that it is made of: free to all, as types alone. */
const FREE_TYPES = new Set([
  'server/app.ts',
  'server/config.ts',
  'server/db/open.ts',
  'server/db/tables.ts',
  'server/egress/fetch.ts',
  'server/jobs/jobs.ts',
  'server/vault/keys.ts',
])

/**
 * Packages that reach out of the process, or hold a secret: each at home in one folder, with all that is inside them.
 * nodemailer dials by itself, outside egress/: the operator's own mail server, which the environment alone names, never
 * an address that somebody typed.
 */
const AT_HOME: Readonly<Record<string, string>> = {
  undici: 'egress',
  'node:https': 'egress',
  'node:http2': 'egress',
  'node:tls': 'egress',
  jose: 'vault',
  'age-encryption': 'credentials',
  nodemailer: 'credentials',
  'pg-boss': 'jobs',
}

const MAX_LINES = 300

type Import = { target: string; typeOnly: boolean; line: number }

/** Every breach as one line: `file:line: what may not`. */
export function findBreaches(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) => [...importBreaches(file), ...fetchBreaches(file), ...lengthBreaches(file)])
}

function importBreaches(file: SourceFile): string[] {
  return importsOf(file).flatMap((found) => {
    const reason = judgeImport(file.path, found)
    return reason === undefined ? [] : [`${file.path}:${found.line}: ${reason}`]
  })
}

function judgeImport(path: string, { target, typeOnly }: Import): string | undefined {
  const area = areaOf(path)
  const home = AT_HOME[target] ?? AT_HOME[target.split('/')[0] ?? '']
  if (area === 'server' && !isTest(path) && home !== undefined && !typeOnly && folderOf(path) !== home)
    return `only server/${home} may import ${target}`
  if (!/^(schema|server|simulator|web|bench)\//.test(target)) return undefined
  const to = areaOf(target)
  if (area === 'schema' && to !== 'schema') return `schema imports nothing, but this imports ${target}`
  if (area === 'web' && !isTest(path) && !['web', 'schema'].includes(to))
    return `web may import schema alone, but this imports ${target}`
  if (area !== 'server' || isTest(path)) return undefined
  if (isTest(target)) return `the product may not import tests (${target})`
  if (to === 'schema') return undefined
  if (to !== 'server') return `the server may not import ${target}`
  return judgeServerImport(path, target, typeOnly)
}

function judgeServerImport(path: string, target: string, typeOnly: boolean): string | undefined {
  const from = folderOf(path)
  const to = folderOf(target)
  if (from === '' || from === to || to === 'platform') return undefined // main, boot and tasks put everything together
  if (typeOnly && FREE_TYPES.has(target)) return undefined
  if (from === 'cli' && to === '') return undefined // its `start` is main, and it reads the configuration
  if (DOORS.has(from) && target.endsWith('/store.ts')) return `a door may not import a store (${target})`
  if (TABLE[from]?.includes(to) === true) return undefined
  const allowed = TABLE[from]?.join(', ') ?? ''
  return `${from} may not import ${to === '' ? target : to} (${target}); it may import: ${allowed === '' ? 'schema and platform alone' : allowed}`
}

/** Lint knows scopes and bans the global; this also sees `globalThis.fetch`, and a lint rule switched off in a comment. */
function fetchBreaches({ path, text }: SourceFile): string[] {
  if (areaOf(path) !== 'server' || isTest(path) || folderOf(path) === 'egress') return []
  const own = /(?:const|let) (?:\{[^}]*)?\bfetch\b|[({,]\s*fetch\??\s*[:,}]/.test(text)
  const pattern = own ? /globalThis\.fetch\b/g : /globalThis\.fetch\b|(?<![\w.#'"`])fetch\(/g
  return [...text.matchAll(pattern)]
    .filter(({ index }) => !/^\s*(\/\/|\*|\/\*\*)/.test(lineAt(text, index)))
    .map(({ index }) => `${path}:${lineNumber(text, index)}: the global fetch is used; every call passes egress/`)
}

function lengthBreaches({ path, text }: SourceFile): string[] {
  const lines = text.split('\n').length - 1
  return lines > MAX_LINES ? [`${path}:${lines}: ${lines} lines; the most is ${MAX_LINES}`] : []
}

function importsOf({ path, text }: SourceFile): Import[] {
  const patterns = [
    /^(?:import|export)\s(?<clause>[^;'"]*?)\bfrom ['"](?<name>[^'"]+)['"]/gm,
    /^(?<clause>)import ['"](?<name>[^'"]+)['"]/gm,
    /(?<clause>)\bimport\(\s*['"](?<name>[^'"]+)['"]/g,
  ]
  return patterns.flatMap((pattern) =>
    [...text.matchAll(pattern)].map(({ groups, index, 0: whole }) => ({
      target: resolveName(path, groups?.['name'] ?? ''),
      typeOnly: isTypeOnly(groups?.['clause'] ?? ''),
      line: lineNumber(text, index + whole.length),
    })),
  )
}

/** `type …`, or braces in which every name says `type`. */
function isTypeOnly(clause: string): boolean {
  if (/^type\s/.test(clause)) return true
  const names =
    /^\{([^}]*)\}\s*$/
      .exec(clause)?.[1]
      ?.split(',')
      .map((name) => name.trim()) ?? []
  const given = names.filter((name) => name !== '')
  return given.length > 0 && given.every((name) => name.startsWith('type '))
}

function resolveName(path: string, name: string): string {
  if (name.startsWith('#')) return name.slice(1)
  if (!name.startsWith('.')) return name
  return new URL(name, `file:///${path}`).pathname.slice(1)
}

function areaOf(path: string): string {
  return path.split('/')[0] ?? ''
}

/** The folder of server/ that a file is in; '' for server/main.ts and its like. */
function folderOf(path: string): string {
  const [, folder = '', ...rest] = path.split('/')
  return rest.length === 0 ? '' : folder
}

function isTest(path: string): boolean {
  return path.includes('/test/') || /\.test\.tsx?$/.test(path)
}

function lineNumber(text: string, index: number): number {
  return text.slice(0, index).split('\n').length
}

function lineAt(text: string, index: number): string {
  return text.slice(text.lastIndexOf('\n', index) + 1, index)
}
