import { Text } from '@mantine/core'
import { type KeyboardEvent, type ReactNode, useId, useMemo } from 'react'
import { type Edge, type Node, layOut, lineHeight, pathThrough } from './diagram-layout.ts'
import classes from './diagram.module.css'
import type { Draft } from './draft.ts'

type DiagramProps = { draft: Draft; onSelect: (path: string) => void }

/** Statuses as boxes, transitions as arrows; each leads to its fields in the form. */
export function Diagram({ draft, onSelect }: DiagramProps) {
  const { statuses, transitions } = draft
  const drawn = useMemo(() => layOut({ name: '', statuses, transitions }), [statuses, transitions])
  const arrow = useId()
  if (drawn.nodes.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        No statuses: an automation.
      </Text>
    )
  }
  return (
    <div className={classes.frame}>
      {/* Each part is a button with a sentence for its name, so that the whole can be read in order without being seen. */}
      <svg
        className={classes.diagram}
        viewBox={`0 0 ${drawn.width} ${drawn.height}`}
        style={{ maxWidth: drawn.width * 1.1 }}
        role="group" // oxlint-disable-line jsx-a11y/prefer-tag-over-role -- SVG has no such element
        aria-label={`Diagram: ${drawn.nodes.length} statuses, ${drawn.edges.length} transitions`}
      >
        <defs>
          <marker
            id={arrow}
            viewBox="0 0 8 8"
            refX="7"
            refY="4"
            markerWidth="7"
            markerHeight="7"
            orient="auto-start-reverse"
          >
            <path d="M 0 0.5 L 7.5 4 L 0 7.5 z" className={classes.head} />
          </marker>
        </defs>
        {drawn.nodes.map((node) => (
          <StatusBox key={node.index} draft={draft} node={node} onSelect={onSelect} />
        ))}
        {drawn.edges.map((edge) => (
          <Arrow key={edge.index} draft={draft} edge={edge} head={arrow} onSelect={onSelect} />
        ))}
      </svg>
    </div>
  )
}

function StatusBox({ draft, node, onSelect }: { draft: Draft; node: Node; onSelect: (path: string) => void }) {
  const { index, id, lines, x, y, width, height } = node
  const status = draft.statuses?.[index]
  const colour = status?.colour ?? 'gray'
  const words = [
    `Status ${status?.name === '' ? id : (status?.name ?? id)}`,
    id === draft.initial && 'first',
    status?.final === true && 'final',
  ]
  return (
    <Part label={words.filter((word) => word !== false).join(', ')} onSelect={() => onSelect(`statuses.${index}`)}>
      <rect
        className={classes.box}
        x={x - width / 2}
        y={y - height / 2}
        width={width}
        height={height}
        rx={id === draft.initial ? height / 2 : 8}
        style={{ stroke: `var(--mantine-color-${colour}-6)` }}
        data-final={status?.final === true || undefined}
      />
      <circle cx={x - width / 2 + 16} cy={y} r={5} style={{ fill: `var(--mantine-color-${colour}-6)` }} />
      <Lines className={classes.name} lines={lines} x={x - width / 2 + 27} y={y} />
    </Part>
  )
}

type ArrowProps = { draft: Draft; edge: Edge; head: string; onSelect: (path: string) => void }

function Arrow({ draft, edge: { index, lines, points, label }, head, onSelect }: ArrowProps) {
  const transition = draft.transitions?.[index]
  const nameOf = (id: string | undefined) => draft.statuses?.find((status) => status.id === id)?.name ?? id
  const words = `Transition ${transition?.name ?? ''} from ${nameOf(transition?.from)} to ${nameOf(transition?.to)}`
  const needs = transition?.approvals === undefined ? '' : ', needs approvals'
  const line = pathThrough(points)
  return (
    <Part label={words + needs} onSelect={() => onSelect(`transitions.${index}`)}>
      <path d={line} className={classes.grip} />
      <path d={line} className={classes.line} markerEnd={`url(#${head})`} data-approved={needs !== '' || undefined} />
      {lines.length > 0 && (
        <>
          <rect
            className={classes.tag}
            x={label.x - label.width / 2}
            y={label.y - label.height / 2}
            width={label.width}
            height={label.height}
            rx={6}
          />
          <Lines className={classes.step} lines={lines} x={label.x} y={label.y} />
        </>
      )}
    </Part>
  )
}

type LinesProps = { lines: readonly string[]; className: string | undefined; x: number; y: number }

/** A name, its lines around the middle. */
function Lines({ lines, className, x, y }: LinesProps) {
  return (
    <text className={className} y={y - ((lines.length - 1) * lineHeight) / 2}>
      {lines.map((line, at) => (
        <tspan key={at} x={x} dy={at === 0 ? 0 : lineHeight}>
          {at === lines.length - 1 ? line : `${line} `}
        </tspan>
      ))}
    </text>
  )
}

function Part({ label, onSelect, children }: { label: string; onSelect: () => void; children: ReactNode }) {
  function onKeyDown(event: KeyboardEvent): void {
    if (event.key !== 'Enter' && event.key !== ' ') return
    event.preventDefault()
    onSelect()
  }
  return (
    // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- SVG has no such element
    <g className={classes.part} role="button" tabIndex={0} aria-label={label} onClick={onSelect} onKeyDown={onKeyDown}>
      {children}
    </g>
  )
}
