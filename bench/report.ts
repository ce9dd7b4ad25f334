/** The table of a run, and where it is written. */
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'

/** A line of the table. Without a promise it is there for comparison. */
export type Figure = { name: string; value: string; promise?: string; kept?: boolean }

const README = new URL('README.md', import.meta.url)
const BEGIN = '<!-- figures: begin -->'
const END = '<!-- figures: end -->'

export function toTable(figures: Figure[], machine: string): string {
  const lines = figures.map(
    ({ name, value, promise, kept }) =>
      `| ${name} | ${value} | ${promise ?? ''} | ${kept === undefined ? '' : kept ? 'yes' : '**no**'} |`,
  )
  return ['| figure | measured | promise | kept |', '|---|---|---|---|', ...lines, '', machine].join('\n')
}

export function describeMachine(postgres: string): string {
  const cores = cpus()
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB memory`
  const date = new Date().toISOString().slice(0, 10)
  return `Machine: ${cores.length} × ${cores[0]?.model.trim() ?? 'unknown processor'}, ${memory}, ${process.platform}, Node ${process.version}, ${postgres}, ${date}. Simulator, peers and Lockkeeper share it.`
}

/** Replaces the table in bench/README.md. */
export function writeReadme(table: string): void {
  const text = readFileSync(README, 'utf8')
  const [before, rest] = text.split(BEGIN)
  const after = rest?.split(END)[1]
  if (before === undefined || after === undefined) throw new Error(`bench/README.md has lost its mark ${BEGIN}.`)
  writeFileSync(README, `${before}${BEGIN}\n\n${table}\n\n${END}${after}`)
}

export function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US')
}

export function times(ratio: number): string {
  return `${ratio.toFixed(ratio < 10 ? 2 : 1)} ×`
}
