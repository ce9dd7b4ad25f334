import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useMatch } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import type { Space } from '#schema/access.ts'
import { documentQuery } from '../api/content.ts'
import { Branch } from './branch.tsx'
import { TreeContext } from './tree-context.ts'
import { moveFocus } from './tree-keys.ts'
import classes from './tree.module.css'

/** The documents of a space as a navigation tree (WAI-ARIA tree pattern); branches are read when they are opened. */
export function Tree({ space }: { space: Space }) {
  const match = useMatch({ from: '/signed-in/spaces/$key/documents/$id', shouldThrow: false })
  const current = match?.params.id
  const root = useRef<HTMLUListElement>(null)
  const [toggled, setToggled] = useState<ReadonlyMap<string, boolean>>(new Map())
  const [focused, setFocused] = useState<string>()
  const { data: open } = useQuery({ ...documentQuery(current ?? '', 'html'), enabled: current !== undefined })

  // The way to the open document is shown unless the person has folded it.
  const path = new Set(open?.ancestors.map(({ id }) => id) ?? [])
  if (space.documents === 0) {
    return (
      <Text size="sm" c="dimmed" p="xs">
        No pages yet.
      </Text>
    )
  }
  return (
    <TreeContext
      value={{
        spaceKey: space.key,
        current,
        focused: focused ?? current,
        isOpen: (id) => toggled.get(id) ?? path.has(id),
        setOpen: (id, isOpen) => setToggled((previous) => new Map(previous).set(id, isOpen)),
        setFocused,
      }}
    >
      <ul
        ref={root}
        role="tree"
        aria-label={`Pages of ${space.name}`}
        className={classes.tree}
        onKeyDown={(event) => moveFocus(event, root.current)}
      >
        <Branch parent="none" level={1} />
      </ul>
    </TreeContext>
  )
}
