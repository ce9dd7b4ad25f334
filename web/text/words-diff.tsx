import { VisuallyHidden } from '@mantine/core'
import { Fragment, useMemo } from 'react'
import classes from './diff.module.css'
import { compareWords } from './words.ts'

type WordsDiffProps = { before: string; after: string; isCode?: boolean }

/** One text with what went struck out and what came marked. */
export function WordsDiff({ before, after, isCode = false }: WordsDiffProps) {
  const words = useMemo(() => compareWords(before, after), [before, after])
  return (
    <div className={isCode ? classes.raw : classes.words}>
      {words.map(({ kind, text }, index) => (
        <Fragment key={index}>
          {kind === 'same' && text}
          {kind === 'removed' && (
            <del className={classes.removed}>
              <VisuallyHidden component="span">removed: </VisuallyHidden>
              {text}
            </del>
          )}
          {kind === 'added' && (
            <ins className={classes.added}>
              <VisuallyHidden component="span">added: </VisuallyHidden>
              {text}
            </ins>
          )}
        </Fragment>
      ))}
    </div>
  )
}
