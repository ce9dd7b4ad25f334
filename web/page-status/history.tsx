import { Text } from '@mantine/core'
import { useState } from 'react'
import type { PageStatus } from '#schema/page-status.ts'
import { Disclosure } from '../ui/disclosure.tsx'
import { Moment } from '../ui/moment.tsx'
import classes from './panel.module.css'
import { changeWords } from './words.ts'

/** What happened to the page in one workflow. */
export function History({ changes }: { changes: PageStatus['history'] }) {
  const [open, setOpen] = useState(false)
  return (
    <Disclosure label="History" open={open} onToggle={setOpen}>
      <ol className={classes.history} aria-label="History">
        {changes.map((change) => (
          <li key={`${change.at} ${change.reason} ${change.to.id} ${change.by?.id}`}>
            <Text size="sm">{changeWords(change)}</Text>
            <Text size="xs" c="dimmed">
              <Moment time={change.at} />
              {change.reason === 'transition' && ` · version ${change.version}`}
            </Text>
            {change.comment !== null && (
              <Text size="sm" component="blockquote" className={classes.comment}>
                {change.comment}
              </Text>
            )}
          </li>
        ))}
      </ol>
    </Disclosure>
  )
}
