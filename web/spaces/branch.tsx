import { UnstyledButton } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { childrenQuery } from '../api/content.ts'
import { itemsOf } from '../api/paged.ts'
import { Link } from '@tanstack/react-router'
import {
  IconArticle,
  IconChalkboard,
  IconChevronRight,
  IconDatabase,
  IconFileText,
  IconFolder,
  IconLink,
} from '@tabler/icons-react'
import type { KeyboardEvent } from 'react'
import type { Document, DocumentType } from '#schema/document.ts'
import { useTree } from './tree-context.ts'
import classes from './tree.module.css'

const icons: Record<DocumentType, typeof IconFileText> = {
  page: IconFileText,
  blogpost: IconArticle,
  folder: IconFolder,
  whiteboard: IconChalkboard,
  database: IconDatabase,
  embed: IconLink,
}

/** The documents below one parent, 250 at a time. */
export function Branch({ parent, level }: { parent: string; level: number }) {
  const { spaceKey, focused } = useTree()
  const children = useInfiniteQuery(childrenQuery(spaceKey, parent))
  const items = itemsOf(children.data?.pages)
  if (children.error !== null) {
    return (
      <li role="none" className={classes.note}>
        This branch could not be loaded.{' '}
        <UnstyledButton className={classes.more} onClick={() => void children.refetch()}>
          Try again
        </UnstyledButton>
      </li>
    )
  }
  if (children.isPending) {
    return (
      <li role="none" className={classes.note}>
        Loading…
      </li>
    )
  }
  return (
    <>
      {items.map((item, index) => (
        <TreeItem
          key={item.id}
          item={item}
          level={level}
          isEntry={focused === undefined && level === 1 && index === 0}
        />
      ))}
      {children.hasNextPage && (
        <li role="none" className={classes.note}>
          <UnstyledButton
            role="treeitem"
            aria-level={level}
            tabIndex={-1}
            className={classes.more}
            onClick={() => void children.fetchNextPage()}
          >
            {children.isFetchingNextPage ? 'Loading…' : 'Show more'}
          </UnstyledButton>
        </li>
      )}
    </>
  )
}

type TreeItemProps = {
  item: Document
  level: number
  /** Tab enters the tree here while nothing in it is open. */
  isEntry: boolean
}

/** One document of the tree and, once opened, what is below it. */
function TreeItem({ item, level, isEntry }: TreeItemProps) {
  const { spaceKey, current, focused, isOpen, setOpen, setFocused } = useTree()
  const opened = item.hasChildren && isOpen(item.id)
  const Icon = icons[item.type]

  function onKeyDown(event: KeyboardEvent): void {
    const opens = event.key === 'ArrowRight' && item.hasChildren && !opened
    const closes = event.key === 'ArrowLeft' && opened
    if (!opens && !closes) return
    event.preventDefault()
    event.stopPropagation()
    setOpen(item.id, opens)
  }

  return (
    <li role="none">
      <div className={classes.row} style={{ paddingInlineStart: (level - 1) * 14 }}>
        {item.hasChildren ? (
          <span
            className={classes.chevron}
            data-opened={opened || undefined}
            aria-hidden
            onClick={() => setOpen(item.id, !opened)}
          >
            <IconChevronRight size={14} />
          </span>
        ) : (
          <span className={classes.chevron} />
        )}
        <Link
          to="/spaces/$key/documents/$id"
          params={{ key: spaceKey, id: item.id }}
          role="treeitem"
          aria-level={level}
          aria-selected={item.id === current}
          {...(item.hasChildren && { 'aria-expanded': opened })}
          {...(item.id === current && { 'aria-current': 'page' as const })}
          tabIndex={item.id === focused || isEntry ? 0 : -1}
          className={classes.item}
          onKeyDown={onKeyDown}
          onFocus={() => setFocused(item.id)}
        >
          <Icon size={15} stroke={1.6} aria-hidden className={classes.icon} />
          <span className={classes.label}>{item.title}</span>
        </Link>
      </div>
      {opened && (
        // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- the tree pattern asks for a group of items
        <ul role="group" className={classes.group}>
          <Branch parent={item.id} level={level + 1} />
        </ul>
      )}
    </li>
  )
}
