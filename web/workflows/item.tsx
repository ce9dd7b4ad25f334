import { Badge, UnstyledButton } from '@mantine/core'
import { IconArrowDown, IconArrowUp, IconChevronRight, IconTrash } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import { count } from '../ui/format.ts'
import { IconButton } from '../ui/icon-button.tsx'
import { useEditor } from './editor-context.ts'
import { isWithin } from './faults.ts'
import classes from './item.module.css'

type ItemProps = {
  path: string
  /** What the item is called, for its buttons: *status Draft*. */
  called: string
  title: ReactNode
  summary?: ReactNode
  onRemove: () => void
  /** Left out where the order means nothing. */
  onMove?: ((by: 1 | -1) => void) | undefined
  isFirst?: boolean
  isLast?: boolean
  children: ReactNode
}

/** One status, transition, trigger or action: a line that opens to its fields. */
export function Item(props: ItemProps) {
  const { path, called, title, summary, onRemove, onMove, isFirst = false, isLast = false, children } = props
  const { isOpen, toggle, faults, warnings, isJudged } = useEditor()
  const open = isOpen(path)
  // What was typed and is not right yet lives in the fields: once shown, they stay, hidden.
  const [hasOpened, setOpened] = useState(open)
  if (open && !hasOpened) setOpened(true)
  const wrong = faults.filter((fault) => isWithin(fault, path) && isJudged(fault.path)).length
  const odd = warnings.filter((warning) => isWithin(warning, path)).length
  return (
    <li className={classes.item}>
      <div className={classes.line}>
        <UnstyledButton
          className={classes.toggle}
          data-path={path}
          aria-expanded={open}
          {...(hasOpened && { 'aria-controls': `fields-${path}` })}
          onClick={() => toggle(path)}
        >
          <IconChevronRight size={16} aria-hidden className={classes.arrow} data-open={open || undefined} />
          <span className={classes.what}>
            <span className={classes.title}>{title}</span>
            {summary !== undefined && <span className={classes.summary}>{summary}</span>}
          </span>
          {wrong > 0 && (
            <Badge color="red" variant="light" className={classes.badge}>
              {count(wrong, 'fault')}
            </Badge>
          )}
          {wrong === 0 && odd > 0 && (
            <Badge color="orange" variant="light" className={classes.badge}>
              {count(odd, 'warning')}
            </Badge>
          )}
        </UnstyledButton>
        {onMove !== undefined && !isFirst && (
          <IconButton label={`Move ${called} up`} tooltip="Move up" onClick={() => onMove(-1)}>
            <IconArrowUp size={16} aria-hidden />
          </IconButton>
        )}
        {onMove !== undefined && !isLast && (
          <IconButton label={`Move ${called} down`} tooltip="Move down" onClick={() => onMove(1)}>
            <IconArrowDown size={16} aria-hidden />
          </IconButton>
        )}
        <IconButton label={`Remove ${called}`} tooltip="Remove" color="red" onClick={onRemove}>
          <IconTrash size={16} aria-hidden />
        </IconButton>
      </div>
      {hasOpened && (
        <fieldset id={`fields-${path}`} aria-label={called} className={classes.fields} hidden={!open}>
          {children}
        </fieldset>
      )}
    </li>
  )
}

export function Items({ label, children }: { label: string; children: ReactNode }) {
  return (
    <ul className={classes.list} aria-label={label}>
      {children}
    </ul>
  )
}
