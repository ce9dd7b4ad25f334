import { Graph, layout } from '@dagrejs/dagre'
import type { Draft } from './draft.ts'

export type Node = { index: number; id: string; lines: string[]; x: number; y: number; width: number; height: number }
export type Edge = {
  index: number
  lines: string[]
  points: readonly { x: number; y: number }[]
  label: { x: number; y: number; width: number; height: number }
}
export type Layout = { width: number; height: number; nodes: Node[]; edges: Edge[] }

const nodeHeight = 40
const labelHeight = 22
/** From one line of a name to the next. */
export const lineHeight = 16
/** About the width of a letter of the diagram's type, in its units. */
const letter = 7.2

/** Where statuses and transitions stand, from top to bottom. Transitions of statuses that are no more are left out. */
export function layOut({ statuses = [], transitions = [] }: Draft): Layout {
  const graph = new Graph({ multigraph: true, directed: true })
  graph.setGraph({ rankdir: 'TB', nodesep: 44, ranksep: 34, edgesep: 24, marginx: 12, marginy: 12 })
  for (const { id, name } of statuses) {
    const lines = linesOf(name === '' ? id : name)
    graph.setNode(id, { width: widthOf(lines) * 1.12 + 44, height: nodeHeight + (lines.length - 1) * lineHeight })
  }
  const drawn = transitions.flatMap((transition, index) =>
    graph.hasNode(transition.from) && graph.hasNode(transition.to) ? [{ ...transition, index }] : [],
  )
  for (const { from, to, name, index } of drawn) {
    const lines = linesOf(name)
    const height = labelHeight + (lines.length - 1) * lineHeight
    graph.setEdge(from, to, { width: widthOf(lines) + 16, height, labelpos: 'c' }, String(index))
  }
  layout(graph)
  const { width = 0, height = 0 } = graph.graph()
  return {
    width,
    height,
    nodes: statuses.map(({ id, name }, index) => ({
      index,
      id,
      lines: linesOf(name === '' ? id : name),
      ...boxOf(graph.node(id)),
    })),
    edges: drawn.map(({ from, to, name, index }) => {
      const edge = graph.edge(from, to, String(index))
      return { index, lines: linesOf(name), points: edge.points ?? [], label: boxOf(edge) }
    }),
  }
}

/** A smooth line through the points. */
export function pathThrough(points: readonly { x: number; y: number }[]): string {
  const [first, ...rest] = points
  if (first === undefined) return ''
  const last = rest.at(-1)
  const bends = rest.slice(0, -1).map((point, at) => {
    const next = rest[at + 1] ?? point
    const end = at === rest.length - 2 ? next : { x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 }
    return `Q ${point.x} ${point.y} ${end.x} ${end.y}`
  })
  const straight = rest.length === 1 && last !== undefined ? [`L ${last.x} ${last.y}`] : []
  return [`M ${first.x} ${first.y}`, ...straight, ...bends].join(' ')
}

type Box = { x?: number; y?: number; width?: number; height?: number }

function boxOf({ x = 0, y = 0, width = 0, height = 0 }: Box) {
  return { x, y, width, height }
}

function widthOf(lines: readonly string[]): number {
  return Math.max(3, ...lines.map(({ length }) => length)) * letter
}

const lineLetters = 24

/** A name in lines that fit into the diagram, broken between words where there are any. */
function linesOf(name: string): string[] {
  const lines: string[] = []
  for (const word of name.split(' ').flatMap((one) => one.match(/.{1,24}/gu) ?? [])) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= lineLetters) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}
